import { maxFriendsOf } from './pages.ts';
import { type Mode, type Reading, type ReadingColumns, readingIn } from './reading.ts';

export type DispatchStatus =
  | 'dispatched'
  | 'over_budget'
  | 'not_found'
  | 'suspended'
  | 'protected'
  /** Another parent of the run is the same account. */
  | 'duplicate'
  /** X did not say what a plan needs to know. */
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
  /** R21: the most friends that may be bought on all pages together. */
  maxFriends: number;
  /** Absent: the whole list, as it was asked for. */
  reading?: Reading;
}

/** A planning of a parent, as far as the next one needs to know it. */
export interface Planning {
  dispatchId: string;
  status: DispatchStatus;
  /** Null where it was not dispatched; a row that says so and lacks what a page needs is no plan. */
  plan: Plan | null;
  /** Null where the planner did not know the account. */
  account: { id: string; friendsCount: number } | null;
  /** What was asked for, or what became of it; null in rows of before there were checks. */
  mode: Mode | null;
  /** R17: the page after which the list goes on, for which more was to be committed; null: the parent's first planning. */
  afterPage: number | null;
  republished: boolean;
  plannedAtMs: number;
  messageId: string | null;
}

/** The columns of `dispatches` that make a planning. */
export interface PlanningColumns extends ReadingColumns {
  dispatch_id: string;
  parent_id: string | null;
  parent_username: string;
  status: DispatchStatus;
  friends_count: number | null;
  total_pages: number | null;
  page_size: number;
  /** Null in rows of before there was a bound. */
  max_friends: number | null;
  after_page: number | null;
  republished: boolean;
  message_id: string | null;
}

/** Times in ms since 1970. */
export function planningOf(
  row: PlanningColumns,
  times: { dispatchedAtMs: number; plannedAtMs: number },
): Planning {
  const { dispatch_id: dispatchId, status, parent_id: id, friends_count: friendsCount } = row;
  return {
    dispatchId,
    status,
    plan: status === 'dispatched' ? planIn(row, times.dispatchedAtMs) : null,
    account: id !== null && friendsCount !== null ? { id, friendsCount } : null,
    mode: row.mode,
    afterPage: row.after_page,
    republished: row.republished,
    plannedAtMs: times.plannedAtMs,
    messageId: row.message_id,
  };
}

function planIn(row: PlanningColumns, dispatchedAtMs: number): Plan | null {
  const { dispatch_id: dispatchId, parent_username: parentUsername, page_size: pageSize } = row;
  const { parent_id: parentId, friends_count: friendsCount, total_pages: totalPages } = row;
  if (parentId === null || friendsCount === null || totalPages === null) return null;
  const maxFriends = row.max_friends ?? maxFriendsOf(friendsCount, totalPages, pageSize);
  const account = { parentId, parentUsername, friendsCount };
  const reading = readingIn(row);
  return { dispatchId, dispatchedAtMs, ...account, totalPages, pageSize, maxFriends, reading };
}
