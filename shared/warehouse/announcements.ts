import type { Announcement } from '../messages/announcement.ts';
import type { Mode } from '../plan/reading.ts';
import { askedTogether } from '../together.ts';
import type { Row, WarehouseContext } from './client.ts';
import { quotedDataset, runQuery } from './query.ts';
import { DAYS_TYPES, daysOf, millis } from './timestamps.ts';

/** A row of `dispatch_progress`, as far as it is announced. */
export interface ShownDispatch {
  runId: string;
  dispatchId: string;
  dispatchedAtMs: number;
  job: string;
  /** Null where X never told it. */
  parentId: string | null;
  parentUsername: string;
  mode: Mode;
  state: string;
  reason: string | null;
  /** Nothing more can come of it. */
  isFinal: boolean;
  pagesDone: number;
  /** No page that leads to the last one is missing. */
  isWhole: boolean;
  friendsListed: number;
  costUsd: number;
}

export type ChangeCounts = Pick<Announcement, 'followed' | 'reappeared' | 'noLongerListed' | 'withheld'>;

export interface DispatchAsked {
  runId: string;
  dispatchId: string;
  dispatchedAtMs: number;
}

/**
 * What the views show of dispatches that are said to have ended, by dispatch, and of others that were asked for at the same
 * time. BigQuery counts 10 MB for each table of a query, however little it reads of them: many share one.
 */
export interface Announcements {
  /** One that is forgotten, or of which no row is to be seen, is not among them. Throws RetryLater. */
  shown(dispatches: DispatchAsked[]): Promise<Map<string, ShownDispatch>>;
  /** None where nothing changed. Throws RetryLater. */
  changes(dispatches: { dispatchId: string; parentId: string }[]): Promise<Map<string, ChangeCounts>>;
}

export const shownDispatchesSql = (dataset: string) => `
SELECT progress.run_id, progress.dispatch_id, progress.dispatched_at, progress.job, progress.parent_id,
  progress.parent_username, progress.mode, progress.state, progress.reason, progress.is_final, progress.pages_done,
  progress.friends_listed, CAST(progress.cost_usd AS STRING) AS cost_usd, IFNULL(chain.is_whole, TRUE) AS is_whole
FROM ${dataset}.dispatch_progress AS progress
LEFT JOIN (
  SELECT dispatch_id, COUNT(DISTINCT page_number) = MAX(page_number) AS is_whole
  FROM ${dataset}.scrape_history
  WHERE dispatched_at >= @day AND dispatched_at < @next_day
    AND run_id IN UNNEST(@run_ids) AND dispatch_id IN UNNEST(@dispatch_ids) AND in_chain
  GROUP BY dispatch_id
) AS chain ON chain.dispatch_id = progress.dispatch_id
WHERE progress.dispatched_at >= @day AND progress.dispatched_at < @next_day
  AND progress.run_id IN UNNEST(@run_ids) AND progress.dispatch_id IN UNNEST(@dispatch_ids)`;

/** It reads the history of these parents, since a change needs the list before it. */
export const changeCountsSql = (dataset: string) => `
SELECT dispatch_id, COUNTIF(change = 'followed') AS followed, COUNTIF(change = 'reappeared') AS reappeared,
  COUNTIF(change = 'no_longer_listed') AS no_longer_listed, COUNTIF(change = 'withheld') AS withheld
FROM ${dataset}.friend_changes
WHERE parent_id IN UNNEST(@parent_ids) AND dispatch_id IN UNNEST(@dispatch_ids)
GROUP BY dispatch_id`;

/**
 * For so long after an answer nothing is asked, in ms. Others are told of an end a moment later, and of many lists that end
 * at a time one question is asked of what else reads the history, and not as many as there is time for.
 */
const PAUSE_MS = 2000;

export function createAnnouncements(context: WarehouseContext): Announcements {
  const { dataset, clock } = context;
  const dispatchesShown = askedTogether(
    async (dispatches: DispatchAsked[]) => {
      const times = dispatches.map(({ dispatchedAtMs }) => dispatchedAtMs);
      const params = {
        ...daysOf(Math.min(...times), Math.max(...times)),
        run_ids: [...new Set(dispatches.map(({ runId }) => runId))],
        dispatch_ids: dispatches.map(({ dispatchId }) => dispatchId),
      };
      const types = { ...DAYS_TYPES, run_ids: ['STRING'], dispatch_ids: ['STRING'] };
      const rows = await runQuery(context, shownDispatchesSql(quotedDataset(dataset)), params, types);
      return new Map(rows.map((row) => [String(row.dispatch_id), shownIn(row)]));
    },
    () => clock.sleep(PAUSE_MS),
  );
  const changesCounted = askedTogether(async (dispatches: { dispatchId: string; parentId: string }[]) => {
    const params = {
      parent_ids: [...new Set(dispatches.map(({ parentId }) => parentId))],
      dispatch_ids: dispatches.map(({ dispatchId }) => dispatchId),
    };
    const types = { parent_ids: ['STRING'], dispatch_ids: ['STRING'] };
    const rows = await runQuery(context, changeCountsSql(quotedDataset(dataset)), params, types);
    return new Map(rows.map((row) => [String(row.dispatch_id), countsIn(row)]));
  });
  return {
    shown: dispatchesShown,
    changes: async (dispatches) => (dispatches.length > 0 ? changesCounted(dispatches) : new Map()),
  };
}

function shownIn(row: Row): ShownDispatch {
  return {
    runId: String(row.run_id),
    dispatchId: String(row.dispatch_id),
    dispatchedAtMs: millis(row.dispatched_at),
    job: String(row.job),
    parentId: row.parent_id as string | null,
    parentUsername: String(row.parent_username),
    mode: row.mode as Mode,
    state: String(row.state),
    reason: row.reason as string | null,
    isFinal: row.is_final === true,
    pagesDone: Number(row.pages_done),
    isWhole: row.is_whole === true,
    friendsListed: Number(row.friends_listed),
    costUsd: Number(row.cost_usd),
  };
}

function countsIn(row: Row): ChangeCounts {
  return {
    ...{ followed: Number(row.followed), reappeared: Number(row.reappeared) },
    ...{ noLongerListed: Number(row.no_longer_listed), withheld: Number(row.withheld) },
  };
}
