import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import { sumUsd } from '../../../shared/x/prices.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { usd } from '../terminal/figures.ts';
import { dayBudget } from './day-budget.ts';
import type { PlannedDispatch } from './planned-dispatches.ts';

/** What the planner would commit anew: to runs, by their ids, and to this day, where pages of an older plan count again. */
export interface NewlyCommitted {
  ofRuns: ReadonlyMap<string, number>;
  todayUsd: number;
}

/** What caps leave of a backfill. */
export interface Capped {
  /** No more than that will be bought; undefined where all of it fits. */
  capUsd?: number;
  /** Which caps it would meet: what does not fit is recorded as over_budget, and nothing of it is bought. */
  notes: string[];
}

type Asked = { newly: NewlyCommitted; committedUsd: number; maxCost: number | undefined };

/** By the caps that publishing again would go by: `maxCost`, or what each request said then. Throws RetryLater. */
export async function cappedBackfill(
  target: Target,
  dispatches: PlannedDispatch[],
  { newly, committedUsd, maxCost }: Asked,
): Promise<Capped> {
  const notes: string[] = [];
  let refusedUsd = 0;
  const meets = (wantedUsd: number, leftUsd: number, cap: string) => {
    if (wantedUsd <= leftUsd) return;
    refusedUsd = sumUsd([refusedUsd, wantedUsd, -leftUsd]);
    notes.push(
      `${usd(wantedUsd)} to commit passes what is left of ${cap}: what does not fit will be over_budget`,
    );
  };
  for (const [runId, ofRun] of Map.groupBy(dispatches, (row) => row.run_id)) {
    const wantedUsd = newly.ofRuns.get(runId) ?? 0;
    const capUsd = capOf(ofRun, maxCost, target);
    if (wantedUsd === 0 || capUsd === undefined) continue;
    const firstMs = Math.min(...ofRun.map((row) => Date.parse(row.dispatched_at)));
    const { runUsd } = await createDispatches(warehouseOf(target)).committed(
      runId,
      firstMs,
      target.clock.now(),
    );
    const leftUsd = Math.max(0, sumUsd([capUsd, -runUsd]));
    meets(wantedUsd, leftUsd, `the ${usd(capUsd)} that the run ${runId} may cost (${usd(leftUsd)})`);
  }
  const { leftTodayUsd } = await dayBudget(target);
  if (leftTodayUsd !== null) {
    const fitsUsd = sumUsd([newly.todayUsd, -refusedUsd]);
    meets(fitsUsd, leftTodayUsd, `today's DAILY_BUDGET_USD (${usd(leftTodayUsd)})`);
  }
  return { notes, ...(refusedUsd > 0 && { capUsd: sumUsd([committedUsd, -refusedUsd]) }) };
}

/** The largest that holds for all of them; undefined where nothing holds one of them back. */
function capOf(
  ofRun: PlannedDispatch[],
  maxCost: number | undefined,
  { config }: Target,
): number | undefined {
  const own = ofRun.map(({ max_cost_usd }) => maxCost ?? max_cost_usd ?? Number.POSITIVE_INFINITY);
  const cap = Math.min(Math.max(...own), config.MAX_RUN_COST_USD ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(cap) ? cap : undefined;
}
