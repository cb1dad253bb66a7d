import { dayOf, MINUTE_MS } from '../times.ts';
import { isEnd, type PageMark, readUpTo } from './chain.ts';
import { expectedFriends, missingOf } from './check-pages.ts';
import type { Plan, Planning } from './planning.ts';

/** What the warehouse says of a parent of this run, before anything is decided. */
export type Recorded =
  /** To be planned now: never planned, over budget so far, or X did not say what it was asked. */
  | Unplanned
  /** Final for this run: known not to be readable, or the same account as another parent. */
  | { kind: 'closed' }
  /** Planned: its plan is used, whatever the request says now. */
  | Planned
  /** R17: the pages of its plan are stored, and after `afterPage` its list goes on: more is to be committed. */
  | { kind: 'goes-on'; plan: Plan; afterPage: number; refusedToday: boolean };

interface Unplanned {
  kind: 'unplanned';
  /** Known all the same to a planning that was over budget. */
  account: Planning['account'];
  /** That is of today, and of a check, for which it was looked up. */
  isFresh: boolean;
  /** This message has found no room today, and a row says so. */
  isRefused: boolean;
}

interface Planned {
  kind: 'planned';
  plan: Plan;
  /** Its list, or its check, was read to an end. */
  isOver: boolean;
  /** Pages that are not stored. */
  missing: number[];
  /** The most friends that the missing pages can bring. */
  atMost: number;
  /** The missing pages count already. */
  isPaid: boolean;
  refusedToday: boolean;
}

export interface Asking {
  nowMs: number;
  /** That asks; null: none does. */
  message: AskingMessage | null;
  /** What the message knows, though no query may show it yet. */
  goesOn?: GoesOn | undefined;
}

export interface AskingMessage {
  messageId: string;
  publishedAtMs: number;
}

/** R17: the list goes on after a page, and what was committed when that page was asked for is used up. */
export interface GoesOn {
  afterPage: number;
  /** As the request for that page had it. */
  plan: Plan;
}

/** `rows`: of one dispatch, earliest first. `pages`: stored of it. */
export function recordedOf(rows: Planning[], pages: PageMark[], asking: Asking): Recorded {
  const plan = planOf(rows) ?? (asking.goesOn ? extended(asking.goesOn.plan, rows) : null);
  if (plan) return ofPlan(plan, rows, pages, asking);
  const known = rows.findLast(({ account }) => account);
  const unplanned: Unplanned = {
    kind: 'unplanned',
    account: known?.account ?? null,
    isFresh: known?.mode === 'check' && isToday(asking, known),
    isRefused: rows.some((row) => isRefusal(row, asking) && isOf(asking, row)),
  };
  const first = countingOf(rows);
  switch (first?.status) {
    case 'unknown':
      return isOf(asking, first) ? { kind: 'closed' } : unplanned;
    case 'over_budget':
    case 'dispatched':
    case undefined:
      return unplanned;
    case 'not_found':
    case 'suspended':
    case 'protected':
    case 'duplicate':
      return { kind: 'closed' };
  }
}

function ofPlan(plan: Plan, rows: Planning[], pages: PageMark[], asking: Asking): Recorded {
  const { goesOn } = asking;
  const refusals = rows.filter((row) => isRefusal(row, asking));
  const afterPage = goesOnAfter(plan, pages, goesOn);
  if (afterPage !== undefined) {
    const refusedToday = refusals.some((row) => row.afterPage === afterPage);
    return { kind: 'goes-on', plan, afterPage, refusedToday };
  }
  const missing = missingOf(plan, pages).filter((page) => page > (goesOn?.afterPage ?? 0));
  return {
    kind: 'planned',
    plan,
    isOver: pages.some(isEnd),
    missing,
    atMost: mostFriendsOn(missing, plan, pages),
    // A message that comes again on a later day brings the pages that were paid for when it was planned.
    isPaid: rows.some((row) => row.plan && (isOf(asking, row) || isToday(asking, row))),
    refusedToday: refusals.some(({ republished }) => republished),
  };
}

/** Pub/Sub's clock and that of an instance differ, and by less than this. */
const CLOCKS_DIFFER_MS = 10 * MINUTE_MS;

/** R5: an emulator begins its ids anew, so what was recorded before a message was published is of another one. */
export function isOfMessage({ messageId, publishedAtMs }: AskingMessage, row: Planning): boolean {
  return row.messageId === messageId && row.plannedAtMs > publishedAtMs - CLOCKS_DIFFER_MS;
}

const isOf = ({ message }: Asking, row: Planning) => message !== null && isOfMessage(message, row);
const isToday = ({ nowMs }: Asking, row: Planning) => dayOf(row.plannedAtMs) === dayOf(nowMs);
const isRefusal = (row: Planning, asking: Asking) => row.status === 'over_budget' && isToday(asking, row);

/**
 * R9: the planning that counts is the newest that is no mere republication. A second one is made only where the first
 * was not to be seen, since its append was given up and it was stored later: then the newer one is what was acted on.
 */
function countingOf(rows: Planning[]): Planning | undefined {
  return rows.findLast(({ republished, afterPage }) => !republished && afterPage === null);
}

/** R9, R17: the plan that counts, with what has been committed to it since. */
export function planOf(rows: Planning[]): Plan | null {
  const first = countingOf(rows)?.plan;
  return first ? extended(first, rows) : null;
}

function extended(plan: Plan, rows: Planning[]): Plan {
  const its = rows.flatMap(({ plan: more, afterPage }) =>
    more && afterPage !== null && more.parentId === plan.parentId && more.pageSize === plan.pageSize
      ? [more]
      : [],
  );
  return {
    ...plan,
    totalPages: Math.max(plan.totalPages, ...its.map(({ totalPages }) => totalPages)),
    maxFriends: Math.max(plan.maxFriends, ...its.map(({ maxFriends }) => maxFriends)),
  };
}

/** The page after which more is to be committed; undefined: the plan has pages left, or the list is over. */
function goesOnAfter(plan: Plan, pages: PageMark[], goesOn: GoesOn | undefined): number | undefined {
  // A check ends by what it concludes, and within what is committed to it.
  if (pages.some(isEnd) || plan.reading?.check) return undefined;
  const afterPage = Math.max(readUpTo(pages), goesOn?.afterPage ?? 0);
  const isUsedUp = goesOn?.afterPage === afterPage && plan.maxFriends <= goesOn.plan.maxFriends;
  return afterPage >= plan.totalPages || isUsedUp ? afterPage : undefined;
}

/** What the missing pages of a plan are expected to bring: what is left of the count. */
export function friendsOnPages(missing: number[], { friendsCount, pageSize, reading }: Plan): number {
  if (reading?.check) return missing.length === 0 ? 0 : expectedFriends(reading.check);
  return missing.reduce(
    (friends, number) => friends + Math.max(0, Math.min(pageSize, friendsCount - (number - 1) * pageSize)),
    0,
  );
}

/** R21: what the missing pages of a plan can bring at most: full pages, and no more than is left of the plan. */
function mostFriendsOn(
  missing: number[],
  { maxFriends, pageSize, reading }: Plan,
  pages: PageMark[],
): number {
  const [firstMissing] = missing;
  if (firstMissing === undefined) return 0;
  const smallest = new Map<number, number>();
  // Of copies of a page the smaller counts: more may follow on it.
  for (const { pageNumber, charged } of pages)
    if (pageNumber < firstMissing)
      smallest.set(pageNumber, Math.min(charged, smallest.get(pageNumber) ?? charged));
  const bought = [...smallest.values()].reduce((sum, charged) => sum + charged, 0);
  const held = reading?.check ? maxFriends : missing.length * pageSize;
  return Math.max(0, Math.min(held, maxFriends - bought));
}
