import { rowsOf, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { minuteOf } from '../terminal/figures.ts';
import { type Column, tableOf } from '../terminal/table.ts';
import { STATES, type State } from './run-progress.ts';

/** A run over all its dispatches. */
export type RunSummary = Record<'run_id' | 'job' | 'dispatched_at', string> &
  Record<'parents' | 'pages_done' | 'friends_listed', number> &
  Record<'planned_cost_usd' | 'committed_cost_usd' | 'cost_usd', number> &
  Record<State, number>;

/** Takes `@since` TIMESTAMP: a constant, so that it prunes. Newest first. */
export const runsSql = (dataset: string) => `
SELECT
  run_id, MAX(job) AS job, MIN(dispatched_at) AS dispatched_at, COUNT(*) AS parents,
  ${STATES.map((state) => `COUNTIF(state = '${state}') AS ${state}`).join(',\n  ')},
  SUM(pages_done) AS pages_done,
  SUM(friends_listed) AS friends_listed,
  SUM(IF(status = 'dispatched', IFNULL(planned_cost_usd, 0), cost_usd)) AS planned_cost_usd,
  SUM(IF(status = 'dispatched', IFNULL(committed_cost_usd, 0), cost_usd)) AS committed_cost_usd,
  SUM(cost_usd) AS cost_usd
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since
GROUP BY run_id
ORDER BY dispatched_at DESC, run_id`;

export const runsSince = (target: Target, sinceMs: number) =>
  rowsOf<RunSummary>(target, runsSql, { since: time(sinceMs) });

/** What goes on first, then what has gone well. */
const SHOWN: State[] = [
  ...(['running', 'stalled', 'complete', 'checked', 'open'] as const),
  ...(['unaligned', 'partial', 'unavailable', 'over_budget'] as const),
];

/** The runs for people. `width`: of the screen. */
export const runsTable = (runs: RunSummary[], width?: number): string => tableOf(runs, COLUMNS, width);

const COLUMNS: Column<RunSummary>[] = [
  { head: 'run', cell: (run) => run.run_id },
  { head: 'job', cell: (run) => run.job },
  { head: 'dispatched', cell: (run) => minuteOf(run.dispatched_at) },
  { head: 'parents', cell: (run) => run.parents },
  {
    head: 'of these',
    cell: (run) => SHOWN.flatMap((state) => (run[state] > 0 ? [`${run[state]} ${state}`] : [])).join(', '),
  },
  { head: 'pages', cell: (run) => run.pages_done },
  { head: 'friends', cell: (run) => run.friends_listed },
  { head: 'planned USD', cell: (run) => run.planned_cost_usd },
  { head: 'at most USD', cell: (run) => run.committed_cost_usd },
  { head: 'spent USD', cell: (run) => run.cost_usd },
];
