import { DAY_MS } from '../times.ts';
import { baseChain, baseOf, trustedOf } from './base-chain.ts';
import { type Answer, answersOn, carriedFrom, missingIn } from './carried-over.ts';
import type { CheckReason, EndedDispatch, FullReason } from './ended-dispatch.ts';
import { fullReadDueMs } from './keyframe.ts';
import { headOf } from './next-page.ts';
import { type OrderCounts, orderHealth } from './order-health.ts';
import type { CheckPlan } from './plan.ts';

export interface CheckRequest {
  parentId: string;
  /** Just looked up: one that a request gives is no evidence. */
  friendsCount: number;
  /** `dispatchedAt` of the request. */
  atMs: number;
  keyframeDays: number;
  /** Friends; null: as deep as the list. */
  maxDepth: number | null;
  /** Since and with the last full read at least, newest first. */
  dispatches: readonly EndedDispatch[];
  /** X's answers since the newest ended check was planned, about friends that it has named. */
  answers: readonly Answer[];
  /** Of all its ended reads in the last ORDER_WINDOW_DAYS. */
  order: readonly OrderCounts[];
}

export type ReadingMode =
  | { mode: 'full'; reason: FullReason }
  | { mode: 'check'; reason: CheckReason | null; plan: CheckPlan; headBound: number };

/** Friends beyond the head that a list may be read for each friend that the count has risen by, and anyway. */
const READ_PER_FOLLOW = 3;
const READ_ANYWAY = 20;

/** A count below half of the base's is not believed, where the base's was not small. */
const COLLAPSED = 1 / 2;
const SMALL_COUNT = 20;

/** Full or check, why, and how many friends may be bought; nothing of it changes once it is committed. */
export function planCheck(request: CheckRequest): ReadingMode {
  const trusted = trustedOf(request.dispatches);
  const base = baseOf(trusted);
  const [fullRead, ...checks] = (base && baseChain(trusted, base.dispatchId)) ?? [];
  if (!base || !fullRead) return { mode: 'full', reason: 'no_base' };
  if (trusted[0] !== base) return { mode: 'full', reason: 'unaligned' };
  if (orderHealth(request.order) === 'broken') return { mode: 'full', reason: 'order_broken' };
  const dueMs = fullReadDueMs(request.parentId, fullRead, request.keyframeDays);
  if (request.atMs >= dueMs) return { mode: 'full', reason: 'keyframe' };
  const passed = (request.atMs - fullRead.dispatchedAtMs) / (dueMs - fullRead.dispatchedAtMs);
  return planOf(request, base, { checks, fullReadAtMs: fullRead.dispatchedAtMs, passed });
}

function planOf(
  { friendsCount: count, maxDepth, atMs, answers }: CheckRequest,
  base: EndedDispatch,
  { checks, fullReadAtMs, passed }: { checks: EndedDispatch[]; fullReadAtMs: number; passed: number },
): ReadingMode {
  const delta = count - base.friendsCount;
  const deepest = Math.min(maxDepth ?? count, count);
  const carried = carriedFrom(base, answers, { checks, deepest });
  const common = {
    baseDispatchId: base.dispatchId,
    baseCount: base.friendsCount,
    count,
    carried,
    answers: answersOn(missingIn(base), answers),
    keyframePassed: Math.max(0, passed),
  };
  const isCollapsed = base.friendsCount >= SMALL_COUNT && count < base.friendsCount * COLLAPSED;
  if (isCollapsed) {
    const head = headOf(count);
    const plan: CheckPlan = { ...common, depth: 'collapsed', maxFriends: head };
    return { mode: 'check', reason: 'count_collapsed', plan, headBound: head };
  }
  const headBound = headOf(count) + READ_PER_FOLLOW * Math.max(0, delta) + READ_ANYWAY;
  const isShort = delta < 0 || carried.fewer > carried.unfound;
  const searchWaits = isShort && atMs < searchFromMs(carried.fruitless, fullReadAtMs);
  const isSearch = isShort && !searchWaits;
  return {
    mode: 'check',
    reason: searchWaits ? 'search_waits' : null,
    plan: {
      ...common,
      depth: isSearch ? 'search' : 'head',
      maxFriends: isSearch ? Math.max(deepest, headBound) : headBound,
    },
    headBound,
  };
}

/** A search that read to the end and found nobody is followed by a day without one, then 2, 4 … days. */
function searchFromMs(fruitless: number, fullReadAtMs: number): number {
  return fruitless === 0 ? fullReadAtMs : fullReadAtMs + 2 ** (fruitless - 1) * DAY_MS;
}
