import type { Bus } from '../../shared/bus.ts';
import {
  CHUNK_PARENTS,
  type DispatchRequest,
  PLAN_KEY,
  usableMetadata,
} from '../../shared/messages/dispatch-request.ts';
import { totalPagesOf } from '../../shared/plan/pages.ts';
import type { RequestContext } from './request-context.ts';

/** The chunks of a request, in the order in which its parents are given. */
export function* chunksOf(request: DispatchRequest, context: RequestContext): Generator<DispatchRequest> {
  const of = Math.ceil(request.parents.length / CHUNK_PARENTS);
  for (let index = 0; index < of; index++) {
    yield {
      ...request,
      parents: request.parents.slice(index * CHUNK_PARENTS, (index + 1) * CHUNK_PARENTS),
      runId: context.runId,
      dispatchedAt: context.dispatchedAt,
      chunk: { index, of },
    };
  }
}

/** Publishes the chunks one after the other, so that they are planned in order. Throws RetryLater. */
export async function publishChunks(
  request: DispatchRequest,
  context: RequestContext,
  bus: Bus,
  topic: string,
): Promise<number> {
  let published = 0;
  const attributes = context.origin === null ? {} : { attributes: { origin: context.origin } };
  for (const chunk of chunksOf(request, context)) {
    await bus.publish(topic, chunk, { orderingKey: PLAN_KEY, ...attributes });
    published++;
  }
  return published;
}

/** The fewest pages that the request can come to, with what it says of its parents. */
export function fewestPages(request: DispatchRequest, pageSize: number): number {
  // Of checks nobody knows before the look-up which of them become full reads.
  if (request.mode === 'check') return request.parents.length;
  return request.parents.reduce((pages, parent) => {
    const metadata = usableMetadata(parent);
    return pages + (metadata ? totalPagesOf(metadata.friendsCount, pageSize) : 1);
  }, 0);
}
