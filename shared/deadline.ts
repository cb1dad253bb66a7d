import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { Clock } from './clock.ts';

/** A call outside that did not answer in time; what was sent may or may not have taken effect. */
export class DeadlineExceeded extends Error {
  override readonly name = 'DeadlineExceeded';
}

/** Without a reason each call would make an exception, with its stack, that nobody sees. */
const IN_TIME = 'answered in time';

const requestsOfCall = new AsyncLocalStorage<Set<ClientRequest>>();

// The BigQuery client's `timeout` has no effect on Node, and it offers no signal
// (https://github.com/googleapis/google-cloud-node, teeny-request): the only way to end its connection is to
// know the request. Node announces each one: https://nodejs.org/api/diagnostics_channel.html#http
subscribe('http.client.request.start', (message) => {
  requestsOfCall.getStore()?.add((message as { request: ClientRequest }).request);
});

/**
 * Runs `call` and rejects with DeadlineExceeded after `ms`, destroying every HTTP request that it has begun:
 * a stalled or trickling connection really ends, and no late answer meets the next message.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  what: string,
  call: () => Promise<T>,
): Promise<T> {
  const requests = new Set<ClientRequest>();
  const timer = new AbortController();
  const expired = clock.sleep(ms, timer.signal).then(() => {
    const error = new DeadlineExceeded(`${what} did not answer within ${ms} ms`);
    for (const request of requests) request.destroy(error);
    throw error;
  });
  try {
    return await Promise.race([requestsOfCall.run(requests, call), expired]);
  } finally {
    timer.abort(IN_TIME);
    expired.catch(() => undefined);
  }
}
