import { v4 } from 'uuid';
import { Rejected } from '../../../shared/errors.ts';
import { type DispatchRequest, decodeDispatchRequest } from '../../../shared/messages/dispatch-request.ts';
import { MAX_PARENTS } from '../../../shared/messages/schemas/dispatch-request.ts';
import { publishAll } from '../target/publish.ts';
import type { Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { type CheckOptions, readingAsked } from './check-options.ts';
import type { Selection } from './selection.ts';

/**
 * Pub/Sub takes messages of up to 10 MB (https://cloud.google.com/pubsub/quotas#resource_limits); the rest is for
 * its own fields.
 */
export const MESSAGE_BYTES = 9_500_000;

/** What of a run is said when it is asked for. */
export type RunOptions = CheckOptions & { job: string; pageSize?: number; maxCost?: number };

/**
 * A new run; the same request published again is the same run. `nowMs`: when it is dispatched. Throws WrongUsage where
 * pagedispatch would reject it, out of sight.
 */
export function newRequest(
  { parents, grandparent }: Selection,
  { job, pageSize, maxCost, ...reading }: RunOptions,
  nowMs: number,
): DispatchRequest & { runId: string } {
  const request = {
    job: { name: job },
    parents,
    ...(grandparent && { grandparent }),
    ...(pageSize !== undefined && { pageSize }),
    ...(maxCost !== undefined && { maxCostUsd: maxCost }),
    ...readingAsked(reading),
    runId: v4(),
    dispatchedAt: new Date(nowMs).toISOString(),
  };
  try {
    // A run may have more parents than a message: each of its messages is a request of its own.
    for (const { parents } of requestsOf(request)) decodeDispatchRequest({ ...request, parents }, nowMs);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new WrongUsage(`the request would be rejected: ${error.message}.`);
  }
  return request;
}

/** Returns the message ids: of each request one, or several where it is too long for one message. */
export const publishRequests = (target: Target, requests: DispatchRequest[]): Promise<string[]> =>
  publishAll(
    target,
    target.config.TOPIC_PAGEDISPATCH,
    requests.flatMap((request) => requestsOf(request)),
  );

/** The request as it is where its JSON is below `mostBytes`, else as several of the same run, in order. */
export function requestsOf(request: DispatchRequest, mostBytes = MESSAGE_BYTES): DispatchRequest[] {
  // The first parent has no comma before it.
  const envelope = bytesOf({ ...request, parents: [] }) - 1;
  const requests: DispatchRequest[] = [];
  let parents: DispatchRequest['parents'] = [];
  let bytes = envelope;
  const close = () => {
    if (parents.length > 0) requests.push({ ...request, parents });
    parents = [];
    bytes = envelope;
  };
  for (const parent of request.parents) {
    const more = bytesOf(parent) + 1;
    if (bytes + more >= mostBytes || parents.length === MAX_PARENTS) close();
    parents.push(parent);
    bytes += more;
  }
  close();
  return requests;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
