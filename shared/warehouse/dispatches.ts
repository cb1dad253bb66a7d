import { type Planning, type PlanningColumns, planningOf } from '../plan/planning.ts';
import { DAY_MS, dayOf } from '../times.ts';
import { appendReduced, type RefusedRow } from './append-reduced.ts';
import type { Row, WarehouseContext } from './client.ts';
import { runQuery } from './query.ts';
import { millis, timestampOf } from './timestamps.ts';

/** A row of `dispatches`; columns as in infra/bigquery/tables/dispatches.json. */
export interface DispatchRow extends PlanningColumns {
  run_id: string;
  job: string;
  origin: string | null;
  parent_metadata: string | null;
  grandparent: string | null;
  grandparent_id: string | null;
  grandparent_username: string | null;
  reason: string | null;
  max_cost_usd: number | null;
  planned_cost_usd: number | null;
  lookup_cost_usd: number;
  dispatched_at: string;
  planned_at: string;
  message_id: string;
}

/** What is committed already: money planned or spent on look-ups, and pages planned. */
export interface Committed {
  runUsd: number;
  dayUsd: number;
  runPages: number;
}

export interface Dispatches {
  /** All rows of these dispatches of a run, earliest first. Throws RetryLater. */
  of(runId: string, dispatchIds: string[], dispatchedAtMs: number): Promise<Planning[]>;
  /** What the run, and the UTC day of `nowMs`, have planned so far. Throws RetryLater. */
  committed(runId: string, dispatchedAtMs: number, nowMs: number): Promise<Committed>;
  /** Returns what BigQuery refuses to store: of that no page may be published. Throws RetryLater. */
  append(rows: DispatchRow[]): Promise<RefusedRow[]>;
}

export const plannedSql = (dataset: string) => `
SELECT dispatch_id, parent_id, parent_username, status, friends_count, total_pages, page_size,
  republished, dispatched_at, planned_at, message_id
FROM ${dataset}.dispatches
WHERE planned_at >= @since AND run_id = @run_id AND dispatch_id IN UNNEST(@dispatch_ids)
ORDER BY planned_at, message_id`;

/**
 * R20: each dispatch counts once a day: the largest of what its rows planned for pages (a plan recorded twice is one
 * plan) and the look-up that it has cost, dispatched or not. Pages published again count on their day alone.
 */
export const committedSql = (dataset: string) => `
WITH per_day AS (
  SELECT run_id, dispatch_id, planned_at >= @day AS is_today,
    MAX(IF(status = 'dispatched', planned_cost_usd - lookup_cost_usd, 0)) AS pages_usd,
    MAX(IF(status = 'dispatched' AND NOT republished, planned_cost_usd - lookup_cost_usd, 0)) AS plan_usd,
    MAX(lookup_cost_usd) AS lookup_usd,
    MAX(IF(status = 'dispatched', total_pages, 0)) AS pages
  FROM ${dataset}.dispatches
  WHERE planned_at >= @since AND (planned_at >= @day OR run_id = @run_id)
  GROUP BY run_id, dispatch_id, is_today
), of_run AS (
  SELECT dispatch_id, MAX(plan_usd) + MAX(lookup_usd) AS usd, MAX(pages) AS pages
  FROM per_day WHERE run_id = @run_id GROUP BY dispatch_id
)
SELECT
  (SELECT CAST(SUM(usd) AS STRING) FROM of_run) AS run_usd,
  (SELECT SUM(pages) FROM of_run) AS run_pages,
  (SELECT CAST(SUM(pages_usd + lookup_usd) AS STRING) FROM per_day WHERE is_today) AS day_usd`;

/** A request may be dated up to a day ahead of its planning; one day more for clocks that differ. */
const sinceOf = (dispatchedAtMs: number) => dayOf(dispatchedAtMs) - 2 * DAY_MS;

export function createDispatches(context: WarehouseContext): Dispatches {
  const { dataset } = context;
  return {
    async of(runId, dispatchIds, dispatchedAtMs) {
      const params = {
        since: timestampOf(sinceOf(dispatchedAtMs)),
        run_id: runId,
        dispatch_ids: dispatchIds,
      };
      const types = { since: 'TIMESTAMP', run_id: 'STRING', dispatch_ids: ['STRING'] };
      return (await runQuery(context, plannedSql(dataset), params, types)).map(toPlanning);
    },

    async committed(runId, dispatchedAtMs, nowMs) {
      const day = dayOf(nowMs);
      const params = {
        since: timestampOf(Math.min(sinceOf(dispatchedAtMs), day)),
        day: timestampOf(day),
        run_id: runId,
      };
      const types = { since: 'TIMESTAMP', day: 'TIMESTAMP', run_id: 'STRING' };
      const [row] = await runQuery(context, committedSql(dataset), params, types);
      const number = (column: string) => Number(row?.[column] ?? 0);
      return { runUsd: number('run_usd'), dayUsd: number('day_usd'), runPages: number('run_pages') };
    },

    append: (rows) =>
      appendReduced(
        context,
        'dispatches',
        rows.map((row) => ({
          insertId: `${row.dispatch_id}/${row.status}/${row.planned_at}`,
          json: { ...row },
          core: { ...row, ...WITHOUT_WHAT_WAS_GIVEN },
        })),
      ),
  };
}

/** What a request may say as it likes, and no plan needs. */
const WITHOUT_WHAT_WAS_GIVEN = {
  origin: null,
  parent_metadata: null,
  grandparent: null,
  grandparent_id: null,
  grandparent_username: null,
  max_cost_usd: null,
} satisfies Partial<DispatchRow>;

function toPlanning(row: Row): Planning {
  const columns = row as unknown as PlanningColumns;
  return planningOf(columns, {
    dispatchedAtMs: millis(row.dispatched_at),
    plannedAtMs: millis(row.planned_at),
  });
}
