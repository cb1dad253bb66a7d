import { type Planning, type PlanningColumns, planningOf } from '../plan/planning.ts';
import { DAY_MS, dayOf } from '../times.ts';
import type { Row, WarehouseContext } from './client.ts';
import { type Insertion, insertOnce } from './insert-once.ts';
import { jsonCell } from './json-cell.ts';
import { quotedDataset, runQuery } from './query.ts';
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
  /** As a check was asked for, whatever became of it; null where none was, and where the whole list may be searched. */
  keyframe_days: number | null;
  max_depth: number | null;
  /** What this planning adds: expected, and at most (R21). */
  planned_cost_usd: number | null;
  committed_cost_usd: number | null;
  dispatched_at: string;
  planned_at: string;
  message_id: string;
}

/** A row to be recorded. `seen`: how many its dispatch had when it was decided. */
export interface NewPlanning extends DispatchRow {
  seen: number;
}

/** What a budget was worked out from: so many rows, of a run and of the UTC day of `nowMs`. */
export interface Counted {
  rows: number;
  runId: string;
  dispatchedAtMs: number;
  nowMs: number;
}

/** An account that a run has among its parents. */
export interface PlannedAccount {
  dispatchId: string;
  id: string;
  username: string;
}

/** What is committed already: money for friends that may be bought, or spent on look-ups, and pages planned. */
export interface Committed {
  runUsd: number;
  dayUsd: number;
  runPages: number;
}

export interface Dispatches {
  /** All rows of these dispatches of a run, earliest first. Throws RetryLater. */
  of(runId: string, dispatchIds: string[], dispatchedAtMs: number): Promise<Planning[]>;
  /** Which parents of a run are planned, or over budget, under these account ids. Throws RetryLater. */
  ofAccounts(runId: string, parentIds: string[], dispatchedAtMs: number): Promise<PlannedAccount[]>;
  /** What the run, and the UTC day of `nowMs`, have committed so far. Throws RetryLater. */
  committed(runId: string, dispatchedAtMs: number, nowMs: number): Promise<Committed & { counted: Counted }>;
  /**
   * R12: appends the rows, of one run, under an id of their own: seen by the next query, and there once; and none where
   * others have recorded what their budget does not know, nor one whose dispatch has been planned by somebody else
   * since. Throws RetryLater.
   */
  insert(rows: NewPlanning[], id: string, counted: Counted): Promise<Insertion>;
}

export const plannedSql = (dataset: string) => `
SELECT dispatch_id, parent_id, parent_username, status, friends_count, total_pages, page_size, max_friends, after_page,
  lookup_cost_usd, republished, mode, mode_reason, base_dispatch_id, check_plan, dispatched_at, planned_at, message_id
FROM ${dataset}.dispatches
WHERE planned_at >= @since AND run_id = @run_id AND dispatch_id IN UNNEST(@dispatch_ids)
ORDER BY planned_at, message_id`;

export const plannedAccountsSql = (dataset: string) => `
SELECT DISTINCT dispatch_id, parent_id, parent_username
FROM ${dataset}.dispatches
WHERE planned_at >= @since AND run_id = @run_id AND parent_id IN UNNEST(@parent_ids)
  AND status IN ('dispatched', 'over_budget')`;

/**
 * R20: each step of a dispatch, its first planning and each time that more was committed to it, counts once a day: with the
 * largest of what its rows committed for pages (a plan recorded twice is one plan). So does each look-up that it has
 * cost, dispatched or not. Pages published again count on their day alone.
 */
export const committedSql = (dataset: string) => `
WITH plannings AS (
  SELECT run_id, dispatch_id, republished, lookup_cost_usd, planned_at >= @day AS is_today,
    IF(after_page IS NULL, 0, max_friends) AS step,
    IF(status = 'dispatched', IFNULL(committed_cost_usd, planned_cost_usd) - lookup_cost_usd, 0) AS pages_usd,
    IF(status = 'dispatched', total_pages, 0) AS pages
  FROM ${dataset}.dispatches
  WHERE planned_at >= @since AND (planned_at >= @day OR run_id = @run_id)
), of_run AS (
  SELECT dispatch_id, MAX(IF(republished, 0, pages_usd)) + SUM(lookup_cost_usd) AS usd, MAX(pages) AS pages
  FROM plannings WHERE run_id = @run_id GROUP BY dispatch_id, step
), of_day AS (
  SELECT MAX(pages_usd) + SUM(lookup_cost_usd) AS usd
  FROM plannings WHERE is_today GROUP BY run_id, dispatch_id, step
)
SELECT
  (SELECT COUNT(*) FROM plannings) AS rows_counted,
  (SELECT CAST(SUM(usd) AS STRING) FROM of_run) AS run_usd,
  (SELECT SUM(pages) FROM (SELECT MAX(pages) AS pages FROM of_run GROUP BY dispatch_id)) AS run_pages,
  (SELECT CAST(SUM(usd) AS STRING) FROM of_day) AS day_usd`;

/** The columns, and what each is in JSON's place. */
const COLUMNS: Record<keyof DispatchRow, 'STRING' | 'INT64' | 'NUMERIC' | 'BOOL' | 'TIMESTAMP'> = {
  run_id: 'STRING',
  job: 'STRING',
  dispatch_id: 'STRING',
  origin: 'STRING',
  parent_id: 'STRING',
  parent_username: 'STRING',
  parent_metadata: 'STRING',
  grandparent: 'STRING',
  grandparent_id: 'STRING',
  grandparent_username: 'STRING',
  status: 'STRING',
  reason: 'STRING',
  friends_count: 'INT64',
  total_pages: 'INT64',
  page_size: 'INT64',
  max_friends: 'INT64',
  after_page: 'INT64',
  max_cost_usd: 'NUMERIC',
  planned_cost_usd: 'NUMERIC',
  committed_cost_usd: 'NUMERIC',
  lookup_cost_usd: 'NUMERIC',
  republished: 'BOOL',
  mode: 'STRING',
  mode_reason: 'STRING',
  base_dispatch_id: 'STRING',
  check_plan: 'STRING',
  keyframe_days: 'INT64',
  max_depth: 'INT64',
  dispatched_at: 'TIMESTAMP',
  planned_at: 'TIMESTAMP',
  message_id: 'STRING',
};

const cellOf = ([name, type]: [string, string]) => jsonCell('planning', name, type);

/**
 * Takes `@rows` STRING: a JSON array of rows of one run. R12: all are left out where there are others in the run, or on
 * the day, than its budget was worked out from (`committedSql`), and a row is where its dispatch has others than were
 * seen when it was decided: nobody acts any more on a statement that takes effect so late. Clocks differ, so it is no
 * question of time.
 */
export const insertPlanningsSql = (dataset: string) => `
INSERT INTO ${dataset}.dispatches (${Object.keys(COLUMNS).join(', ')})
SELECT
  ${Object.entries(COLUMNS).map(cellOf).join(',\n  ')}
FROM UNNEST(JSON_QUERY_ARRAY(@rows)) AS planning
LEFT JOIN (
  SELECT dispatch_id, COUNT(*) AS plannings
  FROM ${dataset}.dispatches
  WHERE planned_at >= @since AND run_id = @run_id
  GROUP BY dispatch_id
) AS recorded ON recorded.dispatch_id = ${cellOf(['dispatch_id', 'STRING'])}
WHERE IFNULL(recorded.plannings, 0) = ${cellOf(['seen', 'INT64'])}
  AND @counted = (
    SELECT COUNT(*) FROM ${dataset}.dispatches AS other
    WHERE other.planned_at >= @since AND (other.planned_at >= @day OR other.run_id = @run_id)
  )`;

/** A request may be dated up to a day ahead of its planning; one day more for clocks that differ. */
const sinceOf = (dispatchedAtMs: number) => dayOf(dispatchedAtMs) - 2 * DAY_MS;

const COUNTING_TYPES = { since: 'TIMESTAMP', day: 'TIMESTAMP', run_id: 'STRING' };

function countingParams({ runId, dispatchedAtMs, nowMs }: Omit<Counted, 'rows'>) {
  const day = dayOf(nowMs);
  const since = Math.min(sinceOf(dispatchedAtMs), day);
  return { since: timestampOf(since), day: timestampOf(day), run_id: runId };
}

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
      return (await runQuery(context, plannedSql(quotedDataset(dataset)), params, types)).map(toPlanning);
    },

    async ofAccounts(runId, parentIds, dispatchedAtMs) {
      if (parentIds.length === 0) return [];
      const params = { since: timestampOf(sinceOf(dispatchedAtMs)), run_id: runId, parent_ids: parentIds };
      const types = { since: 'TIMESTAMP', run_id: 'STRING', parent_ids: ['STRING'] };
      const rows = await runQuery(context, plannedAccountsSql(quotedDataset(dataset)), params, types);
      return rows.map(({ dispatch_id, parent_id, parent_username }) => ({
        dispatchId: String(dispatch_id),
        id: String(parent_id),
        username: String(parent_username),
      }));
    },

    async committed(runId, dispatchedAtMs, nowMs) {
      const of = { runId, dispatchedAtMs, nowMs };
      const [row] = await runQuery(
        context,
        committedSql(quotedDataset(dataset)),
        countingParams(of),
        COUNTING_TYPES,
      );
      const number = (column: string) => Number(row?.[column] ?? 0);
      const counted = { rows: number('rows_counted'), ...of };
      return { runUsd: number('run_usd'), dayUsd: number('day_usd'), runPages: number('run_pages'), counted };
    },

    insert(rows, id, counted) {
      const params = { ...countingParams(counted), counted: counted.rows };
      const types = { ...COUNTING_TYPES, counted: 'INT64' };
      const sql = insertPlanningsSql(quotedDataset(dataset));
      return insertOnce(context, { sql, rows, params, types }, id);
    },
  };
}

function toPlanning(row: Row): Planning {
  const columns = row as unknown as PlanningColumns;
  return planningOf(columns, {
    dispatchedAtMs: millis(row.dispatched_at),
    plannedAtMs: millis(row.planned_at),
  });
}
