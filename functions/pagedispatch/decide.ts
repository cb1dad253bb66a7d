import type { RequestedParent } from '../../shared/messages/dispatch-request.ts';
import { missingOf } from '../../shared/plan/check-pages.ts';
import type { Plan } from '../../shared/plan/planning.ts';
import { AS_ASKED, columnsOfReading } from '../../shared/plan/reading.ts';
import { friendsOnPages, type Recorded } from '../../shared/plan/recorded.ts';
import { isoOf } from '../../shared/times.ts';
import type { DispatchRow, PlannedAccount } from '../../shared/warehouse/dispatches.ts';
import { costOf, plannedCostOf } from '../../shared/x/prices.ts';
import { wordsOf } from '../../shared/x/problem.ts';
import type { Budget } from './budget.ts';
import { dispatchRow } from './dispatch-row.ts';
import type { Known, Unplanned } from './look-up-parents.ts';
import { expectedOf, plansOf } from './plans.ts';
import type { PagesToPublish } from './publish-pages.ts';
import type { CheckOrFull } from './readings.ts';
import type { RequestContext } from './request-context.ts';

/** What is decided for one parent: a row to record, if any, and the pages to publish after that, if any. */
export interface Decision {
  row?: DispatchRow;
  pages?: PagesToPublish;
}

export interface Deciding {
  context: RequestContext;
  budget: Budget;
  friendUsd: number;
  nowMs: number;
  /** How parents are to be read of which a check was asked for, by their ids. */
  readings: Map<string, CheckOrFull>;
}

/** A parent that is planned already: what its pages lack, and on a later day a row for their cost. */
export function decidePlanned(
  parent: RequestedParent,
  { plan, missing, atMost, isPaid, refusedToday }: Extract<Recorded, { kind: 'planned' }>,
  { context, budget, friendUsd, nowMs }: Deciding,
): Decision {
  if (missing.length === 0) return {};
  const pages = { plan, parent, pageNumbers: missing };
  if (isPaid) return { pages };
  const committed = costOf(atMost, friendUsd);
  const reason = budget.take({ usd: committed, pages: 0, of: 'day' });
  const row = dispatchRow(context, nowMs, {
    ...columnsOf(plan),
    status: reason === null ? 'dispatched' : 'over_budget',
    reason: reason ?? `${missing.length} missing pages published again`,
    planned_cost_usd: costOf(Math.min(friendsOnPages(missing, plan), atMost), friendUsd),
    committed_cost_usd: committed,
    republished: true,
  });
  if (reason === null) return { row, pages };
  return refusedToday ? {} : { row };
}

/** R17: a list that goes on when its plan is done: one page more is committed, or why not. */
export function decideGoesOn(
  parent: RequestedParent,
  { plan, afterPage, refusedToday }: Extract<Recorded, { kind: 'goes-on' }>,
  { context, budget, friendUsd, nowMs }: Deciding,
): Decision {
  const totalPages = Math.max(plan.totalPages, afterPage + 1);
  const more = { ...plan, totalPages, maxFriends: plan.maxFriends + plan.pageSize };
  const usd = costOf(plan.pageSize, friendUsd);
  const refusal = budget.take({ usd, pages: totalPages - plan.totalPages, of: 'run-and-day' });
  if (refusal !== null && refusedToday) return {};
  const row = dispatchRow(context, nowMs, {
    ...columnsOf(more),
    after_page: afterPage,
    status: refusal === null ? 'dispatched' : 'over_budget',
    reason: `the list goes on after page ${afterPage}${refusal === null ? '' : `: ${refusal}`}`,
    planned_cost_usd: usd,
    committed_cost_usd: usd,
  });
  return refusal === null ? { row, pages: { plan: more, parent, pageNumbers: [afterPage + 1] } } : { row };
}

/**
 * A parent that has no plan yet: planned, over budget, not to be read at all, or the same account as `other`. Nothing
 * is decided where nothing is known of it yet.
 */
export function decideUnplanned(
  candidate: Unplanned,
  known: Known | undefined,
  other: PlannedAccount | undefined,
  deciding: Deciding,
): Decision {
  const { context, nowMs } = deciding;
  const { dispatchId, parent, isRefused } = candidate;
  const rowOf = (more: Pick<DispatchRow, 'status'> & Partial<DispatchRow>): Decision => ({
    row: dispatchRow(context, nowMs, { dispatch_id: dispatchId, parent_username: parent.username, ...more }),
  });
  const observed = known?.kind === 'observed' ? columnsObserved(known) : {};
  if (other) return rowOf({ ...observed, status: 'duplicate', parent_id: other.id, reason: isAlso(other) });
  switch (known?.kind) {
    case undefined:
      return {};
    case 'unaffordable':
      return isRefused ? {} : rowOf({ status: 'over_budget', reason: known.reason });
    case 'given': {
      const { id, friendsCount } = known;
      const metadata = { ...parent, id, friendsCount };
      return planned(candidate, metadata, { id, friendsCount, lookupUsd: 0 }, deciding);
    }
    case 'observed': {
      const { account, status, problems } = known.observation;
      if (status === 'active' && account?.following_count !== undefined) {
        const { id, following_count: friendsCount } = account;
        const metadata = { id, friendsCount, lookupUsd: known.lookupUsd };
        return planned(candidate, { ...parent, ...account }, metadata, deciding);
      }
      // R10: no count is no 0, and no answer is no `not_found`.
      const noCount = `X says nothing of how many friends ${parent.username} has`;
      if (status === 'active') return rowOf({ ...observed, status: 'unknown', reason: noCount });
      const reason = status === 'unknown' ? wordsOf(problems) : problems[0]?.detail;
      return rowOf({ ...observed, status, reason: reason ?? status });
    }
  }
}

const isAlso = ({ username, id }: PlannedAccount) => `the same account as ${username} (id ${id}) of this run`;

function columnsObserved({ observation, lookupUsd }: Extract<Known, { kind: 'observed' }>) {
  const { account } = observation;
  return {
    parent_id: account?.id ?? null,
    parent_metadata: account ? JSON.stringify(account) : null,
    friends_count: account?.following_count ?? null,
    lookup_cost_usd: lookupUsd,
  };
}

function planned(
  { dispatchId, parent, isRefused }: Unplanned,
  metadata: Record<string, unknown>,
  { id, friendsCount, lookupUsd }: { id: string; friendsCount: number; lookupUsd: number },
  { context, budget, friendUsd, nowMs, readings }: Deciding,
): Decision {
  const account = { parentId: id, parentUsername: parent.username, friendsCount };
  const dispatchedAtMs = Date.parse(context.dispatchedAt);
  const plans = plansOf({ dispatchId, dispatchedAtMs, ...account }, context.pageSize, readings.get(id));
  const { plan, reason } = affordable(plans, budget, friendUsd);
  if (reason !== null && isRefused && lookupUsd === 0) return {};
  const row = dispatchRow(context, nowMs, {
    ...columnsOf(plan),
    parent_metadata: JSON.stringify(metadata),
    status: reason === null ? 'dispatched' : 'over_budget',
    reason,
    planned_cost_usd: plannedCostOf(expectedOf(plan), friendUsd, lookupUsd),
    committed_cost_usd: plannedCostOf(plan.maxFriends, friendUsd, lookupUsd),
    lookup_cost_usd: lookupUsd,
  });
  if (reason !== null) return { row };
  return { row, pages: { plan, parent, pageNumbers: missingOf(plan, []) } };
}

/** The first plan that the budget has room for; else the last one, and why there is none for it. */
function affordable([plan, ...others]: [Plan, ...Plan[]], budget: Budget, friendUsd: number): Affordable {
  // The look-up is committed already; what is asked of the budget is the pages.
  const { maxFriends, totalPages } = plan;
  const reason = budget.take({ usd: costOf(maxFriends, friendUsd), pages: totalPages, of: 'run-and-day' });
  const [next, ...more] = others;
  return reason === null || !next ? { plan, reason } : affordable([next, ...more], budget, friendUsd);
}

interface Affordable {
  plan: Plan;
  reason: string | null;
}

function columnsOf(plan: Plan) {
  return {
    dispatch_id: plan.dispatchId,
    parent_id: plan.parentId,
    parent_username: plan.parentUsername,
    friends_count: plan.friendsCount,
    total_pages: plan.totalPages,
    page_size: plan.pageSize,
    max_friends: plan.maxFriends,
    ...columnsOfReading(plan.reading ?? AS_ASKED),
    dispatched_at: isoOf(plan.dispatchedAtMs),
  };
}
