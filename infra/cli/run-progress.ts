import type { Clock } from '../../shared/clock.ts';
import { type PlainRow, plainRows } from './rows.ts';
import type { Target } from './target.ts';

/** One dispatch of a run, as the view `dispatch_progress` shows it. */
export interface DispatchProgress extends PlainRow {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_username: string;
  state: 'complete' | 'running' | 'stalled' | 'partial' | 'unavailable' | 'over_budget';
  reason: string | null;
  total_pages: number | null;
  pages_done: number;
  friends_count: number | null;
  friends_listed: number;
  planned_cost_usd: number | null;
  cost_usd: number;
}

export interface ExpectedRun {
  runId: string;
  parents: number;
}

export const progressSql = (dataset: string) => `
SELECT run_id, job, dispatch_id, parent_username, state, reason, total_pages, pages_done, friends_count,
  friends_listed, planned_cost_usd, cost_usd
FROM ${dataset}.dispatch_progress
WHERE run_id IN UNNEST(@run_ids)
ORDER BY run_id, parent_username`;

export async function progressOf(
  { bigquery, config }: Target,
  runIds: string[],
): Promise<DispatchProgress[]> {
  const [rows] = await bigquery.query({
    query: progressSql(config.BIGQUERY_DATASET),
    params: { run_ids: runIds },
    types: { run_ids: ['STRING'] },
  });
  return plainRows(rows) as DispatchProgress[];
}

/** Nothing more will happen to it by itself. */
export const hasEnded = ({ state }: DispatchProgress): boolean => state !== 'running' && state !== 'stalled';

const POLL_MS = 500;

/** Looks until every parent of these runs has ended, or until `untilMs`; `watch` sees each look. */
export async function followRuns(
  target: Target,
  runs: ExpectedRun[],
  clock: Clock,
  untilMs: number,
  watch: (progress: DispatchProgress[]) => void,
): Promise<{ result: 'ended' | 'out-of-time'; progress: DispatchProgress[] }> {
  const expected = runs.reduce((sum, run) => sum + run.parents, 0);
  for (;;) {
    const progress = await progressOf(
      target,
      runs.map(({ runId }) => runId),
    );
    watch(progress);
    if (progress.length >= expected && progress.every(hasEnded)) return { result: 'ended', progress };
    if (clock.now() >= untilMs) return { result: 'out-of-time', progress };
    await clock.sleep(POLL_MS);
  }
}
