export type DispatchStatus = 'dispatched' | 'over_budget' | 'not_found' | 'suspended' | 'protected';

/** What the planner has recorded for a dispatch: all that its pages and their price follow from. */
export interface Plan {
  dispatchId: string;
  dispatchedAtMs: number;
  parentId: string;
  parentUsername: string;
  friendsCount: number;
  totalPages: number;
  pageSize: number;
}

/** A planning of a parent, as far as the next one needs to know it. */
export interface Planning {
  dispatchId: string;
  status: DispatchStatus;
  /** Null where it was not dispatched; a row that says so and lacks what a page needs is no plan. */
  plan: Plan | null;
  /** Null where the planner did not know the account. */
  account: { id: string; friendsCount: number } | null;
  republished: boolean;
  plannedAtMs: number;
  messageId: string | null;
}

/** The columns of `dispatches` that make a planning. */
export interface PlanningColumns {
  dispatch_id: string;
  parent_id: string | null;
  parent_username: string;
  status: DispatchStatus;
  friends_count: number | null;
  total_pages: number | null;
  page_size: number;
  republished: boolean;
  message_id: string | null;
}

/** Times in ms since 1970. */
export function planningOf(
  row: PlanningColumns,
  { dispatchedAtMs, plannedAtMs }: { dispatchedAtMs: number; plannedAtMs: number },
): Planning {
  const { dispatch_id: dispatchId, parent_id: id, parent_username: parentUsername, status } = row;
  const { friends_count: friendsCount, total_pages: totalPages, page_size: pageSize } = row;
  const account = id !== null && friendsCount !== null ? { id, friendsCount } : null;
  const isPlan = status === 'dispatched' && account !== null && totalPages !== null;
  const ofPages = { dispatchId, dispatchedAtMs, parentUsername, pageSize };
  const { republished, message_id: messageId } = row;
  return {
    ...{ dispatchId, status, account, republished, plannedAtMs, messageId },
    plan: isPlan
      ? { ...ofPages, parentId: account.id, friendsCount: account.friendsCount, totalPages }
      : null,
  };
}
