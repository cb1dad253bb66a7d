import { headOf } from '../../../shared/check/next-page.ts';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import type { Mode } from '../../../shared/plan/reading.ts';
import { friendsOnPages, type Recorded, recordedOf } from '../../../shared/plan/recorded.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { counted } from '../terminal/figures.ts';
import type { NewlyCommitted } from './backfill-caps.ts';
import { costOfList } from './cost-estimate.ts';
import { type CountsUsed, countsLines, countsUsed } from './counts-used.ts';
import { knownAccounts } from './known-accounts.ts';
import { type PlannedDispatch, parentOf } from './planned-dispatches.ts';
import { figureText, freeOfCharge, type Price } from './price.ts';

/** What publishing again would do, by the planner's own rules. */
export interface Backfill {
  /** Pages that X will not be asked for. */
  pagesStored: number;
  pagesMissing: number;
  /** Parents without a plan, for want of budget or of an answer of X: planned now, if that can be. */
  parentsToPlan: number;
  /** Parents that are final: their list has ended, or cannot be read. */
  parentsFinal: number;
  /** What is expected. */
  costUsd: number;
  /** Most that can be bought of it before the planner commits more. */
  committedUsd: number;
  /** Parents whose cost nobody knows yet. */
  parentsOfUnknownCost: number;
  /** What is planned now goes by these counts, where no planning has one. */
  counts: CountsUsed[];
}

/** Throws RetryLater. */
export async function backfillOf(
  target: Target,
  dispatches: PlannedDispatch[],
): Promise<{ backfill: Backfill; newly: NewlyCommitted }> {
  const newly = { ofRuns: new Map<string, number>(), todayUsd: 0 };
  const backfill: Backfill = {
    pagesStored: 0,
    pagesMissing: 0,
    parentsToPlan: 0,
    parentsFinal: 0,
    costUsd: 0,
    committedUsd: 0,
    parentsOfUnknownCost: 0,
    counts: [],
  };
  const recorded = new Map<string, RecordedDispatch[]>();
  for (const [runId, ofRun] of Map.groupBy(dispatches, (row) => row.run_id))
    recorded.set(runId, await recordedOfRun(target, runId, ofRun));
  const { countOf, counts } = await countsOfUnknown(target, [...recorded.values()].flat());
  backfill.counts = counts;
  for (const [runId, ofRun] of recorded)
    for (const of of ofRun) {
      const beforeUsd = backfill.committedUsd;
      add(backfill, of, countOf(of), target);
      const addedUsd = sumUsd([backfill.committedUsd, -beforeUsd]);
      if (of.recorded.kind !== 'planned')
        newly.ofRuns.set(runId, sumUsd([newly.ofRuns.get(runId) ?? 0, addedUsd]));
      if (of.recorded.kind !== 'planned' || !of.recorded.isPaid)
        newly.todayUsd = sumUsd([newly.todayUsd, addedUsd]);
    }
  return { backfill, newly };
}

/** X is asked for those that no planning knew; until then history says what it knows of them. */
async function countsOfUnknown(target: Target, recorded: RecordedDispatch[]) {
  const isUnknown = ({ recorded }: RecordedDispatch) =>
    recorded.kind === 'unplanned' && recorded.account === null;
  const parents = recorded.filter(isUnknown).map(({ parent }) => parent);
  if (parents.length === 0) return { countOf: () => undefined, counts: [] };
  const known = await knownAccounts(target, parents);
  return {
    countOf: ({ parent }: RecordedDispatch) => known.countOf(parent)?.friendsCount,
    counts: countsUsed(parents.flatMap((parent) => known.countOf(parent) ?? [])),
  };
}

async function recordedOfRun(
  target: Target,
  runId: string,
  dispatches: PlannedDispatch[],
): Promise<RecordedDispatch[]> {
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
  return dispatches.map(({ dispatch_id: id, page_size: pageSize, mode, ...row }) => {
    const pages = stored.get(id) ?? [];
    const numbers = new Set(pages.map((page) => page.pageNumber));
    const asking = { nowMs: target.clock.now(), message: null };
    const recorded = recordedOf(rows.get(id) ?? [], pages, asking);
    return { recorded, parent: parentOf(row), pages: numbers.size, pageSize, mode };
  });
}

interface RecordedDispatch {
  recorded: Recorded;
  parent: RequestedParent;
  pages: number;
  pageSize: number;
  mode: Mode;
}

function add(
  sums: Backfill,
  { recorded, pages, pageSize, mode }: RecordedDispatch,
  countInHistory: number | undefined,
  { config }: Target,
): void {
  const costs = (usd: number, atMostUsd = usd) => {
    sums.costUsd = sumUsd([sums.costUsd, usd]);
    sums.committedUsd = sumUsd([sums.committedUsd, atMostUsd]);
  };
  sums.pagesStored += pages;
  switch (recorded.kind) {
    case 'closed':
      sums.parentsFinal++;
      return;
    case 'planned':
      if (recorded.missing.length === 0) sums.parentsFinal++;
      sums.pagesMissing += recorded.missing.length;
      costs(
        costOf(
          Math.min(friendsOnPages(recorded.missing, recorded.plan), recorded.atMost),
          config.PRICE_PER_FRIEND_USD,
        ),
        costOf(recorded.atMost, config.PRICE_PER_FRIEND_USD),
      );
      return;
    case 'goes-on':
      sums.pagesMissing++;
      costs(costOf(recorded.plan.pageSize, config.PRICE_PER_FRIEND_USD));
      return;
    case 'unplanned': {
      const friends = recorded.account?.friendsCount ?? countInHistory ?? null;
      // X is asked for the account where no planning knew it, and before a check.
      const lookUpUsd = recorded.account && mode !== 'check' ? 0 : config.PRICE_PER_USER_USD;
      sums.parentsToPlan++;
      if (friends === null) {
        sums.parentsOfUnknownCost++;
        costs(lookUpUsd);
      } else {
        const { costUsd, committedUsd } = costOfList(friends, pageSize, config);
        // A check may turn out to be a full read; the count and the head are what it buys in any case.
        const headUsd = costOf(headOf(friends), config.PRICE_PER_FRIEND_USD);
        costs(sumUsd([lookUpUsd, mode === 'check' ? headUsd : costUsd]), sumUsd([lookUpUsd, committedUsd]));
      }
      return;
    }
  }
}

/** No floor: a list may have become shorter, and an account may be gone. */
export function priceOfBackfill({
  costUsd,
  committedUsd,
  parentsOfUnknownCost: unknownLists,
}: Backfill): Price {
  return { costUsd, unknownLists, ...(unknownLists === 0 && { committedUsd }) };
}

/** The backfill for people, a line a fact. */
export function backfillLines(dispatches: PlannedDispatch[], backfill: Backfill, target: Target): string[] {
  const { pagesStored, pagesMissing, parentsToPlan, parentsFinal, counts } = backfill;
  const runs = new Set(dispatches.map(({ run_id }) => run_id)).size;
  const toPlan = parentsToPlan > 0 ? `, and ${counted(parentsToPlan, 'parent')} without a plan` : '';
  const nothing = pagesMissing === 0 && parentsToPlan === 0 ? ': X will not be called' : '';
  return [
    `again       ${counted(dispatches.length, 'parent')} of ${counted(runs, 'run')}, of which ${parentsFinal} final`,
    `stored      ${counted(pagesStored, 'page')} (free)`,
    `missing     ${counted(pagesMissing, 'page')}${toPlan}${nothing}`,
    `cost        ${figureText(priceOfBackfill(backfill))}${freeOfCharge(target)}`,
    ...countsLines(counts, target.clock.now()),
  ];
}
