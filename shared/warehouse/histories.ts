import type { EndedDispatch } from '../check/ended-dispatch.ts';
import { type BrokenOrders, ORDER_WINDOW_DAYS, type OrderCounts } from '../check/order-health.ts';
import { type CheckRecord, stateOf } from '../check/record.ts';
import type { Mode, ModeReason } from '../plan/reading.ts';
import { DAY_MS } from '../times.ts';
import type { Row, WarehouseContext } from './client.ts';
import type { OrderColumns } from './completed-scrapes.ts';
import { quotedDataset, runQuery } from './query.ts';
import { DAYS_TYPES, daysOf, millis, timestampOf } from './timestamps.ts';

/** A read of a parent that has ended. */
export interface EndedRead extends EndedDispatch {
  /** The count was looked up for it; else it is what a request said, and may be of any time. */
  isCountLookedUp: boolean;
}

/** What is stored of a parent id. */
export interface History {
  /** Newest first, from the last full read on; none where there is no such. */
  reads: EndedRead[];
  /** Of its reads in the last ORDER_WINDOW_DAYS; those that say the same are one. */
  order: OrderCounts[];
}

/** Times in ms since 1970: of what was over by `atMs`, what was dispatched since `sinceMs`. */
export interface Span {
  sinceMs: number;
  atMs: number;
}

export interface Histories {
  /** By parent id; absent where nothing is stored. Throws RetryLater. */
  of(parentIds: string[], span: Span): Promise<Map<string, History>>;
  /** Of the parents that a job has planned to read in the 30 days before `atMs`. Throws RetryLater. */
  brokenOrders(job: string, atMs: number): Promise<BrokenOrders>;
}

/**
 * R27: a read has ended where its chain is unbroken to the end of the list or to where a check need not go on; so has a
 * check whose token X has refused, which nothing can rest on. Lists that were imported are no reads of Dodo's. Of copies of the page that ends it the earliest counts.
 */
export const endedReadsSql = (dataset: string) => `
WITH pages AS (
  SELECT parent_id, dispatch_id, dispatched_at, page_number, outcome, reason, next_token, fetch_id, lineage,
    IFNULL(charged, friend_count) AS charged, friends_count, completed_at, IFNULL(mode, 'full') AS mode, mode_reason,
    \`check\`
  FROM ${dataset}.completed_scrapes
  WHERE dispatched_at >= @day AND dispatched_at < @next_day AND completed_at <= @at
    AND parent_id IN UNNEST(@parent_ids) AND origin IS NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id, dispatch_id, dispatched_at, fetch_id ORDER BY completed_at) = 1
),
heads AS (
  SELECT *, outcome = 'scraped' AS is_scraped
  FROM pages
  WHERE outcome = 'scraped' AND (next_token IS NULL OR \`check\`.ended_by IS NOT NULL)
    OR mode = 'check' AND reason = 'page_token_rejected'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY parent_id, dispatch_id, dispatched_at
    ORDER BY IF(outcome = 'scraped', 0, 1), completed_at, fetch_id) = 1
),
steps AS (
  SELECT heads.parent_id, heads.dispatch_id, heads.dispatched_at, step
  FROM heads CROSS JOIN UNNEST(heads.lineage) AS step
),
ways AS (
  SELECT steps.parent_id, steps.dispatch_id, steps.dispatched_at, COUNT(*) AS pages, SUM(pages.charged) AS charged
  FROM steps JOIN pages
    ON pages.parent_id = steps.parent_id AND pages.dispatch_id = steps.dispatch_id
    AND pages.dispatched_at = steps.dispatched_at AND pages.fetch_id = steps.step
  GROUP BY steps.parent_id, steps.dispatch_id, steps.dispatched_at
),
ended AS (
  SELECT heads.parent_id, heads.dispatch_id, heads.dispatched_at, heads.completed_at, heads.mode, heads.mode_reason,
    heads.friends_count, heads.is_scraped, heads.\`check\`, heads.charged + IFNULL(ways.charged, 0) AS returned,
    heads.is_scraped AND heads.next_token IS NULL AND IFNULL(heads.mode_reason, '') != 'count_collapsed'
      AS is_full_read
  FROM heads LEFT JOIN ways
    ON ways.parent_id = heads.parent_id AND ways.dispatch_id = heads.dispatch_id
    AND ways.dispatched_at = heads.dispatched_at
  WHERE IFNULL(ways.pages, 0) = heads.page_number - 1
)
SELECT parent_id, dispatch_id, dispatched_at, mode, mode_reason, friends_count, is_scraped, \`check\`, returned
FROM ended
WHERE TRUE
QUALIFY dispatched_at >= MAX(IF(is_full_read, dispatched_at, NULL)) OVER (PARTITION BY parent_id)
ORDER BY dispatched_at DESC, completed_at DESC, dispatch_id`;

/** Reads that found nobody out of place are one: of them only the sums and the longest list are of interest. */
export const orderSql = (dataset: string) => `
WITH reads AS (
  SELECT parent_id, dispatch_id, list_order.compared AS compared, list_order.displaced AS displaced,
    list_order.new_on_top AS new_on_top, list_order.new_below AS new_below
  FROM ${dataset}.completed_scrapes
  WHERE dispatched_at >= @day AND dispatched_at < @next_day AND completed_at <= @at
    AND parent_id IN UNNEST(@parent_ids) AND list_order IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id, dispatch_id ORDER BY completed_at, fetch_id) = 1
)
SELECT parent_id, MAX(compared) AS compared, MAX(displaced) AS displaced, SUM(new_on_top) AS new_on_top,
  SUM(new_below) AS new_below
FROM reads
GROUP BY parent_id, IF(reads.displaced > 0, reads.dispatch_id, '')`;

/**
 * R23: 30 partitions, and four narrow columns. Who is read in full for the sake of the job says nothing of its own order,
 * or a job that was stopped once would keep itself stopped.
 */
export const brokenOrdersSql = (dataset: string) => `
SELECT COUNT(DISTINCT parent_id) AS parents,
  COUNT(DISTINCT IF(mode_reason = 'order_broken', parent_id, NULL)) AS broken
FROM ${dataset}.dispatches
WHERE planned_at >= @since AND planned_at < @at AND job = @job AND status = 'dispatched'`;

const BROKEN_WINDOW_DAYS = 30;

export function createHistories(context: WarehouseContext): Histories {
  const dataset = quotedDataset(context.dataset);
  const types = { ...DAYS_TYPES, at: 'TIMESTAMP', parent_ids: ['STRING'] };
  return {
    async of(parentIds, { sinceMs, atMs }) {
      const histories = new Map<string, History>();
      if (parentIds.length === 0) return histories;
      const of = (parentId: unknown): History => {
        const history = histories.get(String(parentId)) ?? { reads: [], order: [] };
        histories.set(String(parentId), history);
        return history;
      };
      const since = (ms: number) => ({ ...daysOf(ms, atMs), at: timestampOf(atMs), parent_ids: parentIds });
      const [reads, order] = await Promise.all([
        runQuery(context, endedReadsSql(dataset), since(sinceMs), types),
        runQuery(context, orderSql(dataset), since(atMs - ORDER_WINDOW_DAYS * DAY_MS), types),
      ]);
      for (const row of reads) of(row.parent_id).reads.push(toRead(row));
      for (const row of order) of(row.parent_id).order.push(toOrder(row as unknown as OrderColumns));
      return histories;
    },

    async brokenOrders(job, atMs) {
      const since = timestampOf(atMs - BROKEN_WINDOW_DAYS * DAY_MS);
      const [row] = await runQuery(
        context,
        brokenOrdersSql(dataset),
        { since, at: timestampOf(atMs), job },
        { since: 'TIMESTAMP', at: 'TIMESTAMP', job: 'STRING' },
      );
      return { parents: Number(row?.parents ?? 0), broken: Number(row?.broken ?? 0) };
    },
  };
}

function toRead(row: Row): EndedRead {
  const check = row.check as CheckRecord | null;
  const mode = row.mode as Mode;
  const modeReason = row.mode_reason as ModeReason | null;
  return {
    dispatchId: String(row.dispatch_id),
    mode,
    modeReason: modeReason === 'over_budget' ? null : modeReason,
    state: row.is_scraped ? ((check && stateOf(check)) ?? 'complete') : 'unaligned',
    dispatchedAtMs: millis(row.dispatched_at),
    friendsCount: Number(row.friends_count),
    check,
    isCountLookedUp: mode === 'check' || modeReason !== null,
    returned: Number(row.returned),
  };
}

const toOrder = ({ compared, displaced, new_on_top, new_below }: OrderColumns): OrderCounts => ({
  compared: Number(compared),
  displaced: Number(displaced),
  newOnTop: Number(new_on_top),
  newBelow: Number(new_below),
});
