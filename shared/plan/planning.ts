export type DispatchStatus =
  | 'dispatched'
  | 'over_budget'
  | 'not_found'
  | 'suspended'
  | 'protected'
  | 'unknown';

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
  times: { dispatchedAtMs: number; plannedAtMs: number },
): Planning {
  const { dispatch_id: dispatchId, status, parent_id: id, friends_count: friendsCount } = row;
  const account = id !== null && friendsCount !== null ? { id, friendsCount } : null;
  const { total_pages: totalPages, page_size: pageSize, parent_username: parentUsername } = row;
  const { dispatchedAtMs, plannedAtMs } = times;
  const ofParent = account && { parentId: account.id, parentUsername, friendsCount: account.friendsCount };
  const isPlan = status === 'dispatched' && ofParent !== null && totalPages !== null;
  return {
    dispatchId,
    status,
    plan: isPlan ? { dispatchId, dispatchedAtMs, ...ofParent, totalPages, pageSize } : null,
    account,
    republished: row.republished,
    plannedAtMs,
    messageId: row.message_id,
  };
}
