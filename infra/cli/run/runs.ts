import { rowsOf, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { minuteOf } from '../terminal/figures.ts';
import { type Column, tableOf } from '../terminal/table.ts';
import { STATES, type State } from './run-progress.ts';

/** A run over all its dispatches. */
export type RunSummary = Record<'run_id' | 'job' | 'dispatched_at', string> &
  Record<'parents' | 'unplanned' | 'pages_done' | 'friends_listed', number> &
  Record<'planned_cost_usd' | 'committed_cost_usd' | 'cost_usd', number> &
  Record<State, number>;

/** Of those of its parents that are planned. */
const FIGURES_SQL: [name: string, sql: string][] = [
  ...STATES.map((state): [string, string] => [state, `COUNTIF(state = '${state}')`]),
  ['pages_done', 'SUM(pages_done)'],
  ['friends_listed', 'SUM(friends_listed)'],
  ['planned_cost_usd', "SUM(IF(status = 'dispatched', IFNULL(planned_cost_usd, 0), cost_usd))"],
  ['committed_cost_usd', "SUM(IF(status = 'dispatched', IFNULL(committed_cost_usd, 0), cost_usd))"],
  ['cost_usd', 'SUM(cost_usd)'],
];

/**
 * Takes `@since` TIMESTAMP: a constant, so that it prunes. Newest first; none of a run's parents need be planned. One
 * question, so that what is planned meanwhile is counted once. What was imported is no run of Dodo's.
 */
export const runsSql = (dataset: string) => `
SELECT
  run_id,
  IFNULL(begun.job, waiting.job) AS job,
  IFNULL(begun.dispatched_at, waiting.dispatched_at) AS dispatched_at,
  IFNULL(begun.planned, 0) + IFNULL(waiting.unplanned, 0) AS parents,
  ${FIGURES_SQL.map(([name]) => `IFNULL(begun.${name}, 0) AS ${name}`).join(',\n  ')},
  IFNULL(waiting.unplanned, 0) AS unplanned
FROM (
  SELECT
    run_id, MAX(job) AS job, MIN(dispatched_at) AS dispatched_at, COUNT(*) AS planned,
    ${FIGURES_SQL.map(([name, sql]) => `${sql} AS ${name}`).join(',\n    ')}
  FROM ${dataset}.dispatch_progress
  WHERE dispatched_at >= @since AND IFNULL(origin, '') != 'import'
  GROUP BY run_id
) AS begun
FULL JOIN (
  SELECT requested.run_id, MAX(requested.job) AS job, MIN(requested.dispatched_at) AS dispatched_at, COUNT(*) AS unplanned
  FROM (
    SELECT DISTINCT run_id, dispatch_id, job, dispatched_at
    FROM ${dataset}.requested_dispatches
    WHERE dispatched_at >= @since
  ) AS requested
  LEFT JOIN (
    SELECT DISTINCT run_id, dispatch_id
    FROM ${dataset}.dispatches
    WHERE planned_at >= TIMESTAMP_SUB(@since, INTERVAL 2 DAY)
  ) AS planned ON planned.run_id = requested.run_id AND planned.dispatch_id = requested.dispatch_id
  WHERE planned.dispatch_id IS NULL
  GROUP BY requested.run_id
) AS waiting USING (run_id)
ORDER BY dispatched_at DESC, run_id`;

/** Newest first; of each how many of its parents are not planned yet, which may be all of them. */
export const runsSince = (target: Target, sinceMs: number): Promise<RunSummary[]> =>
  rowsOf<RunSummary>(target, runsSql, { since: time(sinceMs) });

/** What goes on first, then what has gone well. */
const SHOWN: State[] = [
  ...(['running', 'stopped', 'stalled', 'complete', 'checked', 'open'] as const),
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
    cell: (run) =>
      [
        ...(run.unplanned > 0 ? [`${run.unplanned} not planned yet`] : []),
        ...SHOWN.flatMap((state) => (run[state] > 0 ? [`${run[state]} ${state}`] : [])),
      ].join(', '),
  },
  { head: 'pages', cell: (run) => run.pages_done },
  { head: 'friends', cell: (run) => run.friends_listed },
  { head: 'planned USD', cell: (run) => run.planned_cost_usd },
  { head: 'at most USD', cell: (run) => run.committed_cost_usd },
  { head: 'spent USD', cell: (run) => run.cost_usd },
];
