/**
 * Push over HTTP, wrapped: https://cloud.google.com/pubsub/docs/push#receive_push
 * Not imitated: TLS, OIDC tokens, unwrapped payloads, `deliveryAttempt` (sent with dead letters only).
 */
import { Agent, request as httpRequest } from 'node:http';
import type { Message } from './requests.ts';

/** Id and time in both spellings, as the real service sends them; an empty `data` (base64) or key is absent. */
export function pushedMessage({ data, attributes = {}, orderingKey }: Message, id: string, nowMs: number) {
  const publishTime = new Date(nowMs).toISOString();
  const ids = { messageId: id, message_id: id, publishTime, publish_time: publishTime };
  const text = data?.length && { data: Buffer.from(data).toString('base64') };
  return { ...text, attributes, ...ids, ...(orderingKey && { orderingKey }) };
}
export type PushBody = { message: ReturnType<typeof pushedMessage>; subscription: string };

/** Resolves to 'ack', or to the reason why it is none. `signal` aborts when the answer does not matter any more. */
export type Push = (endpoint: string, body: PushBody, signal: AbortSignal) => Promise<string>;

const ACKS = [102, 200, 201, 202, 204];
const agent = new Agent({ keepAlive: true });

export const httpPush: Push = (endpoint, body, signal) =>
  new Promise((resolve) => {
    const json = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-length': json.length };
    const request = httpRequest(endpoint, { method: 'POST', agent, headers, signal });
    const fail = (error: Error) => resolve(String(error));
    request.on('error', fail);
    request.on('information', ({ statusCode }) => ACKS.includes(statusCode) && resolve('ack'));
    request.on('response', (response) => {
      const { statusCode = 0 } = response.on('error', fail);
      // Not before all is read: then the connection can be used again, and an abort no longer closes it.
      response.resume().on('end', () => resolve(ACKS.includes(statusCode) ? 'ack' : `HTTP ${statusCode}`));
    });
    request.end(json);
  });
