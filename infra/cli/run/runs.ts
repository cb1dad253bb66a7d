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

/** Takes `@since` TIMESTAMP: a constant, so that it prunes. Newest first. What was imported is no run of Dodo's. */
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
WHERE dispatched_at >= @since AND IFNULL(origin, '') != 'import'
GROUP BY run_id
ORDER BY dispatched_at DESC, run_id`;

/** Takes `@since` TIMESTAMP. Runs of which some parent is not planned, and how many. */
export const unplannedRunsSql = (dataset: string) => `
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
GROUP BY requested.run_id`;

type Unplanned = Pick<RunSummary, 'run_id' | 'job' | 'dispatched_at' | 'unplanned'>;

/** Newest first; of each how many of its parents are not planned yet, which may be all of them. */
export async function runsSince(target: Target, sinceMs: number): Promise<RunSummary[]> {
  const since = time(sinceMs);
  // What is planned by now shows below.
  const waiting = await rowsOf<Unplanned>(target, unplannedRunsSql, { since });
  const planned = await rowsOf<Omit<RunSummary, 'unplanned'>>(target, runsSql, { since });
  const unplanned = new Map(waiting.map((run) => [run.run_id, run.unplanned]));
  const begun = planned.map((run) => {
    const more = unplanned.get(run.run_id) ?? 0;
    return { ...run, unplanned: more, parents: run.parents + more };
  });
  const known = new Set(planned.map(({ run_id }) => run_id));
  const others = waiting
    .filter(({ run_id }) => !known.has(run_id))
    .map((run) => ({ ...run, ...NOTHING, parents: run.unplanned }));
  return [...others, ...begun].sort(
    (a, b) => Date.parse(b.dispatched_at) - Date.parse(a.dispatched_at) || (a.run_id < b.run_id ? -1 : 1),
  );
}

/** What has come of a run of which nothing is planned. */
const NOTHING = {
  ...{ pages_done: 0, friends_listed: 0, planned_cost_usd: 0, committed_cost_usd: 0, cost_usd: 0 },
  ...(Object.fromEntries(STATES.map((state) => [state, 0])) as Record<State, number>),
};

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
