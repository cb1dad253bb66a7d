import { systemClock } from '../../../shared/clock.ts';
import type { DispatchRequest, RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { friendsOnPages, type Recorded, recordedOf } from '../../../shared/plan/recorded.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import { costOf } from '../../../shared/x/prices.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { rowsOf, warehouseOf } from '../target/warehouse.ts';

/** A dispatch as its plan has it: what its request said, as far as history keeps it. */
export interface PlannedDispatch extends PlainRow {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_id: string | null;
  parent_username: string;
  friends_count: number | null;
  page_size: number;
  max_cost_usd: number | null;
  grandparent: string | null;
  dispatched_at: string;
}

/** Takes `@run_ids` ARRAY<STRING>. One row per dispatch: its newest planning, and of those over budget one that knew the account. */
export const plannedDispatchesSql = (dataset: string) => `
SELECT run_id, job, dispatch_id, parent_id, parent_username, friends_count, page_size, max_cost_usd, grandparent,
  dispatched_at
FROM ${dataset}.dispatches
WHERE run_id IN UNNEST(@run_ids)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY run_id, dispatch_id
  ORDER BY
    republished, IF(after_page IS NULL, 0, 1), IF(status = 'over_budget' AND friends_count IS NULL, 1, 0), planned_at DESC, message_id DESC) = 1
ORDER BY run_id, planned_at, parent_username`;

export async function plannedDispatches(target: Target, runIds: string[]): Promise<PlannedDispatch[]> {
  const params = { run_ids: runIds };
  return (await rowsOf(target, plannedDispatchesSql, params, { run_ids: ['STRING'] })) as PlannedDispatch[];
}

/** The requests that these dispatches came from, with their run's own id and time: one per run and wording. */
export function rebuiltRequests(dispatches: PlannedDispatch[]): DispatchRequest[] {
  const wording = (of: PlannedDispatch) =>
    JSON.stringify([of.run_id, of.dispatched_at, of.job, of.page_size, of.max_cost_usd, of.grandparent]);
  return [...Map.groupBy(dispatches, wording).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { run_id, job, page_size, max_cost_usd, grandparent, dispatched_at } = first;
    return [
      {
        job: { name: job },
        parents: group.map(parentOf),
        ...(grandparent !== null && { grandparent: JSON.parse(grandparent) }),
        pageSize: page_size,
        ...(max_cost_usd !== null && { maxCostUsd: max_cost_usd }),
        runId: run_id,
        dispatchedAt: new Date(dispatched_at).toISOString(),
      },
    ];
  });
}

const parentOf = ({ parent_id, parent_username, friends_count }: PlannedDispatch): RequestedParent => ({
  username: parent_username,
  ...(parent_id !== null && { id: parent_id }),
  ...(friends_count !== null && { friendsCount: friends_count }),
});

/** What publishing again would do, by the planner's own rules. */
export interface Backfill {
  /** Pages that X will not be asked for. */
  pagesStored: number;
  pagesMissing: number;
  /** Parents that no budget had room for: planned now, if there is room. */
  parentsToPlan: number;
  /** Parents that are final: their list has ended, or cannot be read. */
  parentsFinal: number;
  costUsd: number;
  /** Parents whose cost nobody knows yet. */
  parentsOfUnknownCost: number;
}

/** Throws RetryLater. */
export async function backfillOf(target: Target, dispatches: PlannedDispatch[]): Promise<Backfill> {
  const sums: Backfill = {
    pagesStored: 0,
    pagesMissing: 0,
    parentsToPlan: 0,
    parentsFinal: 0,
    costUsd: 0,
    parentsOfUnknownCost: 0,
  };
  for (const [runId, ofRun] of Map.groupBy(dispatches, (row) => row.run_id))
    for (const { recorded, pages } of await recordedOfRun(target, runId, ofRun))
      add(sums, recorded, pages, target);
  return { ...sums, costUsd: Math.round(sums.costUsd * 1e6) / 1e6 };
}

async function recordedOfRun(target: Target, runId: string, dispatches: PlannedDispatch[]) {
  const context = warehouseOf(target);
  const ids = dispatches.map((row) => row.dispatch_id);
  const firstMs = Math.min(...dispatches.map((row) => Date.parse(row.dispatched_at)));
  const rows = Map.groupBy(
    await createDispatches(context).of(runId, ids, firstMs),
    ({ dispatchId }) => dispatchId,
  );
  const keys = dispatches.flatMap(({ dispatch_id: dispatchId, parent_id: parentId, dispatched_at }) =>
    parentId === null ? [] : [{ dispatchId, parentId, dispatchedAtMs: Date.parse(dispatched_at) }],
  );
  const stored = await createCompletedScrapes(context).ofDispatches(keys);
  return ids.map((id) => {
    const pages = stored.get(id) ?? [];
    const numbers = new Set(pages.map((page) => page.pageNumber));
    return {
      recorded: recordedOf(rows.get(id) ?? [], pages, { nowMs: systemClock.now(), messageId: null }),
      pages: numbers.size,
    };
  });
}

function add(sums: Backfill, recorded: Recorded, pages: number, { config }: Target): void {
  sums.pagesStored += pages;
  switch (recorded.kind) {
    case 'closed':
      sums.parentsFinal++;
      return;
    case 'planned':
      if (recorded.missing.length === 0) sums.parentsFinal++;
      sums.pagesMissing += recorded.missing.length;
      sums.costUsd += costOf(friendsOnPages(recorded.missing, recorded.plan), config.PRICE_PER_FRIEND_USD);
      return;
    case 'goes-on':
      sums.pagesMissing++;
      sums.costUsd += costOf(recorded.plan.pageSize, config.PRICE_PER_FRIEND_USD);
      return;
    case 'unplanned': {
      const friends = recorded.account?.friendsCount ?? null;
      sums.parentsToPlan++;
      if (friends === null) sums.parentsOfUnknownCost++;
      sums.costUsd +=
        friends === null ? config.PRICE_PER_USER_USD : costOf(friends, config.PRICE_PER_FRIEND_USD);
      return;
    }
  }
}
