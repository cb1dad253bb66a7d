/**
 * Push over HTTP, wrapped: https://cloud.google.com/pubsub/docs/push#receive_push
 * Not imitated: TLS, OIDC tokens, unwrapped payloads, `deliveryAttempt` (sent with dead letters only).
 */
import { Agent, request as httpRequest } from 'node:http';
import type { Message } from './requests.ts';

/** Id and time in both spellings, as the real service sends them; what is empty is absent. `data` is base64. */
export function pushedMessage(
  { data, attributes = {}, orderingKey }: Message,
  messageId: string,
  nowMs: number,
) {
  const publishTime = new Date(nowMs).toISOString();
  const ids = { messageId, message_id: messageId, publishTime, publish_time: publishTime };
  const text = data && { data: Buffer.from(data).toString('base64') };
  return { ...text, attributes, ...ids, ...(orderingKey && { orderingKey }) };
}
export type PushBody = { message: ReturnType<typeof pushedMessage>; subscription: string };

/** Resolves to the HTTP status of the answer; rejects when there is none. `signal` aborts at the ack deadline. */
export type Push = (endpoint: string, body: PushBody, signal: AbortSignal) => Promise<number>;
export const isAck = (status: number): boolean => [102, 200, 201, 202, 204].includes(status);

const agent = new Agent({ keepAlive: true });

export const httpPush: Push = (endpoint, body, signal) =>
  new Promise((resolve, reject) => {
    const json = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-length': json.length };
    const request = httpRequest(endpoint, { method: 'POST', agent, headers, signal });
    request.on('error', reject);
    request.on('information', ({ statusCode }) => isAck(statusCode) && resolve(statusCode));
    request.on('response', (response) => {
      response.on('error', reject);
      // Not before all is read: then the connection can be used again, and an abort no longer closes it.
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.end(json);
  });
