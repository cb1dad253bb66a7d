import { friendsOnPages, type Recorded, recordedOf } from '../../../shared/plan/recorded.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { counted, usd } from '../terminal/figures.ts';
import type { PlannedDispatch } from './planned-dispatches.ts';
import { freeOfCharge } from './price.ts';

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
  return sums;
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
      recorded: recordedOf(rows.get(id) ?? [], pages, { nowMs: target.clock.now(), messageId: null }),
      pages: numbers.size,
    };
  });
}

function add(sums: Backfill, recorded: Recorded, pages: number, { config }: Target): void {
  const costs = (usd: number) => {
    sums.costUsd = sumUsd([sums.costUsd, usd]);
  };
  sums.pagesStored += pages;
  switch (recorded.kind) {
    case 'closed':
      sums.parentsFinal++;
      return;
    case 'planned':
      if (recorded.missing.length === 0) sums.parentsFinal++;
      sums.pagesMissing += recorded.missing.length;
      costs(costOf(friendsOnPages(recorded.missing, recorded.plan), config.PRICE_PER_FRIEND_USD));
      return;
    case 'goes-on':
      sums.pagesMissing++;
      costs(costOf(recorded.plan.pageSize, config.PRICE_PER_FRIEND_USD));
      return;
    case 'unplanned': {
      const friends = recorded.account?.friendsCount ?? null;
      sums.parentsToPlan++;
      if (friends === null) sums.parentsOfUnknownCost++;
      costs(friends === null ? config.PRICE_PER_USER_USD : costOf(friends, config.PRICE_PER_FRIEND_USD));
      return;
    }
  }
}

/** The backfill for people, a line a fact. */
export function backfillLines(dispatches: PlannedDispatch[], backfill: Backfill, target: Target): string[] {
  const { pagesStored, pagesMissing, parentsToPlan, parentsFinal, costUsd, parentsOfUnknownCost } = backfill;
  const runs = new Set(dispatches.map(({ run_id }) => run_id)).size;
  const toPlan =
    parentsToPlan > 0 ? `, and ${counted(parentsToPlan, 'parent')} that no budget had room for` : '';
  const nothing = pagesMissing === 0 && parentsToPlan === 0 ? ': X will not be called' : '';
  const least = parentsOfUnknownCost > 0 ? ' at least' : '';
  return [
    `again       ${counted(dispatches.length, 'parent')} of ${counted(runs, 'run')}, of which ${parentsFinal} final`,
    `stored      ${counted(pagesStored, 'page')} (free)`,
    `missing     ${counted(pagesMissing, 'page')}${toPlan}${nothing}`,
    `cost        ${usd(costUsd)}${least}${freeOfCharge(target)}`,
  ];
}
