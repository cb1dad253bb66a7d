import { afterEach, expect, test } from 'vitest';
import { httpPush, pushedMessage } from '../../../infra/local/pubsub/push.ts';
import { httpEndpoint } from './http-endpoint.ts';
import { eventually } from './support.ts';

const body = { message: pushedMessage({ data: Buffer.from('x') }, '1', 0), subscription: 's' };
const never = new AbortController().signal;
const closers: (() => Promise<void>)[] = [];

async function endpoint(...reply: Parameters<typeof httpEndpoint>) {
  const started = await httpEndpoint(...reply);
  closers.push(started.close);
  return started;
}

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

test('a refused connection is a nack', async () => {
  const { url, close } = await httpEndpoint();
  await close();
  expect(await httpPush(url, body, never)).toContain('ECONNREFUSED');
});

test('a connection that breaks before or within the answer is a nack', async () => {
  const before = await endpoint((response) => response.destroy());
  expect(await httpPush(before.url, body, never)).toContain('socket hang up');
  const within = await endpoint((response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('half', () => response.destroy());
  });
  expect(await httpPush(within.url, body, never)).toContain('aborted');
});

test('an abort ends the request', async () => {
  const { url, received } = await endpoint(() => undefined);
  const abort = new AbortController();
  const outcome = httpPush(url, body, abort.signal);
  await eventually(() => received.length).toBe(1);
  abort.abort();
  expect(await outcome).toContain('AbortError');
});

test('pushes one after another use one connection, also when the signal aborts after the answer', async () => {
  const { url, connections } = await endpoint((response) => response.writeHead(500).end('text'));
  for (let i = 0; i < 5; i++) {
    const abort = new AbortController();
    await httpPush(url, body, abort.signal);
    abort.abort();
  }
  expect(connections()).toBe(1);
});
