import pLimit from 'p-limit';
import type { Bus } from '../../shared/bus.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Config } from '../../shared/config.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { RequestedParent } from '../../shared/messages/dispatch-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import type { Plan } from '../../shared/plan/planning.ts';
import { AS_ASKED } from '../../shared/plan/reading.ts';
import { isoOf } from '../../shared/times.ts';
import type { RequestContext } from './request-context.ts';

/** What is to be published for one parent. */
export interface PagesToPublish {
  plan: Plan;
  /** As the request names it now. */
  parent: RequestedParent;
  pageNumbers: number[];
}

interface Ports {
  bus: Bus;
  clock: Clock;
  config: Pick<Config, 'TOPIC_GETPAGE'>;
}

const PARENTS_SIDE_BY_SIDE = 50;
/** As many as the client sends in one request: a list of a million pages is never in memory as a whole. */
const PAGES_TOGETHER = 100;
/**
 * R8: metadata that a request gives travels with each page, unless it is so long that it would be a burden. In bytes: id
 * and count are added, and it comes back to the planner where its list goes on, who takes 4,096.
 */
const BYTES_CARRIED = 2000;

/** The pages of each parent in order, parents side by side. Throws RetryLater, once nothing is under way any more. */
export function publishPages(
  pages: PagesToPublish[],
  context: RequestContext,
  deadlineMs: number,
  ports: Ports,
): Promise<void> {
  const limit = pLimit(PARENTS_SIDE_BY_SIDE);
  return allDone(pages.map((parent) => limit(() => publishInOrder(parent, context, deadlineMs, ports))));
}

/** Waits for all, also where one fails: nothing goes on once the message is settled. Throws the first failure. */
export async function allDone(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

/**
 * A later page must not overtake an earlier one, which would wait behind it for ever: the first failure ends it, and
 * the request comes again.
 */
async function publishInOrder(
  toPublish: PagesToPublish,
  context: RequestContext,
  deadlineMs: number,
  { bus, clock, config }: Ports,
): Promise<void> {
  const { plan, pageNumbers } = toPublish;
  const requestOf = pageRequestOf(toPublish, context);
  for (let from = 0; from < pageNumbers.length; from += PAGES_TOGETHER) {
    if (clock.now() >= deadlineMs) throw new RetryLater('no time left to publish all pages');
    const together = pageNumbers.slice(from, from + PAGES_TOGETHER).map(requestOf);
    await bus.publishInOrder(config.TOPIC_GETPAGE, together, plan.dispatchId);
  }
}

function pageRequestOf(
  { plan, parent }: PagesToPublish,
  { runId, job, grandparent, maxCostUsd }: RequestContext,
): (pageNumber: number) => PageRequest {
  const { dispatchId, parentId: id, parentUsername: username, friendsCount } = plan;
  const { totalPages, pageSize, maxFriends, reading = AS_ASKED } = plan;
  const { mode, modeReason, check, base } = reading;
  const carried = Buffer.byteLength(JSON.stringify(parent)) <= BYTES_CARRIED ? parent : {};
  return (pageNumber) => ({
    ...{ runId, job, dispatchId, dispatchedAt: isoOf(plan.dispatchedAtMs) },
    parent: { ...carried, id, username, friendsCount },
    ...{ totalPages, pageSize, maxFriends },
    ...(maxCostUsd !== null && { maxCostUsd }),
    ...(check && { mode, check }),
    ...(modeReason && { modeReason }),
    ...(base && { base }),
    ...(grandparent && { grandparent: grandparent.readable }),
    pageNumber,
  });
}
