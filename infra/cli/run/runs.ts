import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';

/** A run over all its dispatches. */
export interface RunSummary extends PlainRow {
  run_id: string;
  job: string;
  dispatched_at: string;
  parents: number;
  complete: number;
  running: number;
  stalled: number;
  partial: number;
  unavailable: number;
  over_budget: number;
  pages_done: number;
  friends_listed: number;
  planned_cost_usd: number;
  cost_usd: number;
}

/** Takes `@since` TIMESTAMP: a constant, so that it prunes. Newest first. */
export const runsSql = (dataset: string) => `
SELECT
  run_id, MAX(job) AS job, MIN(dispatched_at) AS dispatched_at, COUNT(*) AS parents,
  COUNTIF(state = 'complete') AS complete,
  COUNTIF(state = 'running') AS running,
  COUNTIF(state = 'stalled') AS stalled,
  COUNTIF(state = 'partial') AS partial,
  COUNTIF(state = 'unavailable') AS unavailable,
  COUNTIF(state = 'over_budget') AS over_budget,
  SUM(pages_done) AS pages_done,
  SUM(friends_listed) AS friends_listed,
  SUM(IF(status = 'dispatched', IFNULL(planned_cost_usd, 0), cost_usd)) AS planned_cost_usd,
  SUM(cost_usd) AS cost_usd
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since
GROUP BY run_id
ORDER BY dispatched_at DESC, run_id`;

export async function runsSince(target: Target, sinceMs: number): Promise<RunSummary[]> {
  const params = { since: timestampOf(sinceMs) };
  return (await rowsOf(target, runsSql, params, { since: 'TIMESTAMP' })) as RunSummary[];
}

/** Takes `@since` TIMESTAMP and `@run_id` STRING. Why a run that has no dispatch was not taken. */
export const refusalsSql = (dataset: string) => `
SELECT DISTINCT ARRAY_TO_STRING(errors, '; ') AS why
FROM ${dataset}.rejected_messages
WHERE received_at >= @since AND STRPOS(payload, @run_id) > 0
ORDER BY why`;

export async function refusalsOf(target: Target, runId: string, sinceMs: number): Promise<string[]> {
  const params = { since: timestampOf(sinceMs), run_id: runId };
  const rows = await rowsOf(target, refusalsSql, params, { since: 'TIMESTAMP', run_id: 'STRING' });
  return rows.map(({ why }) => String(why));
}
