import { nextPageSize } from '../../shared/check/next-page.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { isEnd, type StoredPage } from '../../shared/plan/chain.ts';

/** R21: the most friends that a page may ask X for, after those that led to it; 0 or less: none is committed to it. */
export function friendsLeft(
  { pageNumber, totalPages, pageSize, maxFriends, check }: PageRequest,
  way: StoredPage[],
): number {
  if (pageNumber > totalPages) return 0;
  const friends = way.reduce((sum, page) => sum + page.charged, 0);
  if (check) return nextPageSize(check, { pages: way.length, friends }) ?? 0;
  return Math.min(pageSize, maxFriends - friends);
}

/** R17: the plan ends with this page, its list goes on, and nobody has stored the page after it. */
export function goesOnBeyond({ pageNumber, totalPages }: PageRequest, pages: StoredPage[]): boolean {
  return (
    pageNumber >= totalPages &&
    !pages.some(isEnd) &&
    !pages.some((page) => page.pageNumber === pageNumber + 1)
  );
}

/** R17: what asks the planner for the page after `afterPage`. It is a chunk of the same run, and no new request. */
export function continuation(request: PageRequest, afterPage: number): DispatchRequest {
  const { runId, dispatchedAt, job, parent, grandparent, pageSize, maxCostUsd } = request;
  const { dispatchId, totalPages, maxFriends } = request;
  return {
    ...{ job, runId, dispatchedAt, pageSize },
    parents: [parent],
    ...(grandparent && { grandparent: { ...grandparent } }),
    ...(maxCostUsd !== undefined && { maxCostUsd }),
    chunk: { index: 0, of: 1 },
    continues: { dispatchId, afterPage, totalPages, maxFriends },
  };
}
