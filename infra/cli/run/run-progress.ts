import { type Clock, systemClock } from '../../../shared/clock.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';

/** One dispatch of a run, as the view `dispatch_progress` shows it. */
export interface DispatchProgress extends PlainRow {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_username: string;
  status: string | null;
  state: 'complete' | 'running' | 'stalled' | 'partial' | 'unavailable' | 'over_budget';
  reason: string | null;
  total_pages: number | null;
  pages_done: number;
  friends_count: number | null;
  friends_listed: number;
  planned_cost_usd: number | null;
  cost_usd: number;
  dispatched_at: string;
}

export interface ExpectedRun {
  runId: string;
  parents: number;
}

/** Takes `@run_ids` ARRAY<STRING>. */
export const runsDispatchedSql = (dataset: string) => `
SELECT MIN(dispatched_at) AS earliest, MAX(dispatched_at) AS latest
FROM ${dataset}.dispatches
WHERE run_id IN UNNEST(@run_ids)`;

/** Takes `@run_ids` ARRAY<STRING>, `@since` and `@until` TIMESTAMP: other days of the history are not read. */
export const progressSql = (dataset: string) => `
SELECT run_id, job, dispatch_id, parent_username, status, state, reason, total_pages, pages_done, friends_count,
  friends_listed, planned_cost_usd, cost_usd, dispatched_at
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since AND dispatched_at <= @until AND run_id IN UNNEST(@run_ids)
ORDER BY run_id, parent_username`;

export async function progressOf(target: Target, runIds: string[]): Promise<DispatchProgress[]> {
  const ids = { params: { run_ids: runIds }, types: { run_ids: ['STRING'] } };
  const [of] = await rowsOf(target, runsDispatchedSql, ids.params, ids.types);
  // A run of which no plan is stored may have pages all the same, published by hand.
  const now = systemClock.now();
  const [earliest, latest] = of?.earliest
    ? [Date.parse(String(of.earliest)), Date.parse(String(of.latest))]
    : [now - 366 * DAY_MS, now + 2 * DAY_MS];
  // Times are read to the millisecond, and stored to the microsecond.
  const params = { ...ids.params, since: timestampOf(earliest), until: timestampOf(latest + 1) };
  const types = { ...ids.types, since: 'TIMESTAMP', until: 'TIMESTAMP' };
  const rows = await rowsOf(target, progressSql, params, types);
  return rows as DispatchProgress[];
}

/** Nothing more will happen to it by itself. */
export const hasEnded = ({ state }: DispatchProgress): boolean => state !== 'running' && state !== 'stalled';

/**
 * How many pages a dispatch comes to. One that has ended has no more than it has got; one whose list goes on beyond
 * its plan has at least one more.
 */
export function pagesExpected(row: DispatchProgress): number {
  if (hasEnded(row)) return row.pages_done;
  const planned = row.total_pages ?? 0;
  return row.pages_done < planned ? planned : row.pages_done + 1;
}

export const pagesDoneOf = (rows: DispatchProgress[]): number =>
  rows.reduce((sum, row) => sum + row.pages_done, 0);
export const pagesExpectedOf = (rows: DispatchProgress[]): number =>
  rows.reduce((sum, row) => sum + pagesExpected(row), 0);

/** What was planned for pages and look-ups; of what was not dispatched, the look-up is in what was spent. */
export const plannedUsdOf = (rows: DispatchProgress[]): number =>
  rows.reduce(
    (sum, row) => sum + (row.status === 'dispatched' ? (row.planned_cost_usd ?? 0) : row.cost_usd),
    0,
  );
export const spentUsdOf = (rows: DispatchProgress[]): number =>
  rows.reduce((sum, row) => sum + row.cost_usd, 0);

const POLL_MS = 250;

/** Looks until every parent of these runs has ended, or until `untilMs`; `watch` sees each look. */
export async function followRuns(
  target: Target,
  runs: ExpectedRun[],
  clock: Clock,
  untilMs: number,
  watch: (progress: DispatchProgress[]) => void,
): Promise<{ result: 'ended' | 'out-of-time'; progress: DispatchProgress[] }> {
  const expected = runs.reduce((sum, run) => sum + run.parents, 0);
  const runIds = runs.map(({ runId }) => runId);
  for (;;) {
    const progress = await progressOf(target, runIds);
    watch(progress);
    if (progress.length >= expected && progress.every(hasEnded)) return { result: 'ended', progress };
    if (clock.now() >= untilMs) return { result: 'out-of-time', progress };
    await clock.sleep(POLL_MS);
  }
}
