import type { RequestedParent } from '../../shared/messages/dispatch-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import type { Plan } from '../../shared/plan/planning.ts';
import { isoOf } from '../../shared/times.ts';
import type { RequestContext } from './request-context.ts';

/** What is to be published for one parent. */
export interface PagesToPublish {
  plan: Plan;
  /** As the request names it now. */
  parent: RequestedParent;
  pageNumbers: number[];
}

/** R8: metadata that a request gives travels with each page, unless it is so long that it would be a burden. */
const METADATA_CARRIED = 2000;

/** The message for each page, in order. */
export function pageRequests(
  { plan, parent, pageNumbers }: PagesToPublish,
  { runId, job, grandparent, maxCostUsd }: RequestContext,
): PageRequest[] {
  const { dispatchId, parentId: id, parentUsername: username, friendsCount } = plan;
  const { totalPages, pageSize, maxFriends } = plan;
  const carried = JSON.stringify(parent).length <= METADATA_CARRIED ? parent : {};
  return pageNumbers.map((pageNumber) => ({
    ...{ runId, job, dispatchId, dispatchedAt: isoOf(plan.dispatchedAtMs) },
    parent: { ...carried, id, username, friendsCount },
    ...{ totalPages, pageSize, maxFriends },
    ...(maxCostUsd !== null && { maxCostUsd }),
    ...(grandparent && { grandparent: grandparent.readable }),
    pageNumber,
  }));
}
