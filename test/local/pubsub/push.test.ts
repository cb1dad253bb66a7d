import { expect, onTestFinished, test } from 'vitest';
import { httpPush, pushedMessage } from '../../../infra/local/pubsub/push.ts';
import { eventually } from '../../contract/support/eventually.ts';
import { pushEndpoint } from '../../contract/support/push-endpoint.ts';

const body = { message: pushedMessage({ data: Buffer.from('x') }, '1', 0), subscription: 's' };

test('an abort ends the request', async () => {
  const { url, received, close } = await pushEndpoint(() => undefined);
  onTestFinished(close);
  const abort = new AbortController();
  const outcome = httpPush(url, body, abort.signal);
  await eventually(() => received.length).toBe(1);
  abort.abort();
  expect(await outcome).toContain('AbortError');
});

test('pushes one after another use one connection, also when the signal aborts after the answer', async () => {
  const { url, connections, close } = await pushEndpoint((response) => response.writeHead(500).end('text'));
  onTestFinished(close);
  for (let i = 0; i < 5; i++) {
    const abort = new AbortController();
    await httpPush(url, body, abort.signal);
    abort.abort();
  }
  expect(connections()).toBe(1);
});
