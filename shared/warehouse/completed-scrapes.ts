import type { OrderCounts } from '../check/order-health.ts';
import type { CheckRecord } from '../check/record.ts';
import { withDeadline } from '../deadline.ts';
import type { PageMark, StoredPage } from '../plan/chain.ts';
import type { Mode, ModeReason } from '../plan/reading.ts';
import type { Account, Problem, UnavailableReason } from '../x/types.ts';
import { append, insert, RowsRefused } from './append.ts';
import type { Row, WarehouseContext } from './client.ts';
import { problemsColumn } from './problems-column.ts';
import { quotedDataset, runQuery } from './query.ts';
import { createSharedInsert, type InsertRow } from './shared-insert.ts';
import { DAYS_TYPES, daysOf, millis } from './timestamps.ts';

/** A row of `completed_scrapes`; columns as in infra/bigquery/tables/completed_scrapes.json. */
export interface PageRow {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_id: string;
  parent_username: string;
  grandparent_id: string | null;
  grandparent_username: string | null;
  page_number: number;
  total_pages: number;
  page_size: number;
  /** R21: what the plan let be bought on all pages together when this one was asked for. */
  max_friends: number;
  friends_count: number;
  outcome: 'scraped' | 'unavailable';
  reason: UnavailableReason | null;
  page_token: string | null;
  next_token: string | null;
  fetch_id: string;
  lineage: string[];
  friend_count: number;
  friends: (Account & { position: number })[];
  /** Ids of accounts that X spoke of without listing them so that we can: neither seen in this list nor gone from it. */
  unknown_friends: string[];
  /** How many accounts X returned of which not even the id can be read: each may be anybody who is missing. */
  unreadable_friends: number;
  /** How many friends X returned and charges for, with those that could not be read. */
  charged: number;
  problems: Problem[];
  mode: Mode;
  mode_reason: ModeReason | null;
  /** What a check knows with this page; null for a full read, and where the page is unavailable. */
  check: CheckRecord | null;
  /** Of the page that ends a read that had something to be compared with. */
  list_order: OrderColumns | null;
  cost_usd: number;
  message_id: string;
  dispatched_at: string;
  completed_at: string;
  /** Read by others, and imported from their archive; absent: Dodo has fetched it. */
  origin?: 'import';
}

/** `OrderCounts` as columns. */
export interface OrderColumns {
  compared: number;
  displaced: number;
  new_on_top: number;
  new_below: number;
}

export const orderColumns = ({ compared, displaced, newOnTop, newBelow }: OrderCounts): OrderColumns => ({
  ...{ compared, displaced, new_on_top: newOnTop, new_below: newBelow },
});

export interface DispatchKey {
  dispatchId: string;
  parentId: string;
  dispatchedAtMs: number;
}

/** `reduced`: without what BigQuery refused, which `problems` names. */
export interface AppendedPage {
  how: 'stored' | 'reduced';
  /** As it is stored. */
  row: PageRow;
}

export interface CompletedScrapes {
  /** All rows of one dispatch: one query of one partition, however long the history. Throws RetryLater. */
  ofDispatch(key: DispatchKey): Promise<StoredPage[]>;
  /** How far many dispatches of one run have been read; absent where nothing is stored. Throws RetryLater. */
  ofDispatches(keys: DispatchKey[]): Promise<Map<string, PageMark[]>>;
  /** Appends one page. Throws RetryLater. */
  append(row: PageRow): Promise<AppendedPage>;
}

/** R23: filters on a constant partition and the cluster keys, so it reads the same few megabytes for ever. */
export const pagesOfDispatchSql = (dataset: string) => `
SELECT page_number, outcome, page_token, next_token, fetch_id, lineage, IFNULL(charged, friend_count) AS charged,
  completed_at, \`check\`
FROM ${dataset}.completed_scrapes
WHERE dispatched_at >= @day AND dispatched_at < @next_day
  AND parent_id = @parent_id AND dispatch_id = @dispatch_id`;

export const pagesOfDispatchesSql = (dataset: string) => `
SELECT dispatch_id, page_number, outcome, next_token, IFNULL(charged, friend_count) AS charged,
  \`check\`.ended_by AS check_ended_by
FROM ${dataset}.completed_scrapes
WHERE dispatched_at >= @day AND dispatched_at < @next_day
  AND parent_id IN UNNEST(@parent_ids) AND dispatch_id IN UNNEST(@dispatch_ids)`;

/**
 * Friends in one request: 5 MB where each has a long description, of the 10 MB that a request may have.
 * https://cloud.google.com/bigquery/quotas#streaming_inserts
 */
const FRIENDS_PER_REQUEST = 5000;

export function createCompletedScrapes(context: WarehouseContext): CompletedScrapes {
  const { dataset } = context;
  const insertPage = createSharedInsert(
    (rows) => insert(context, 'completed_scrapes', rows),
    FRIENDS_PER_REQUEST,
    context.clock,
  );
  return {
    async ofDispatch({ dispatchId, parentId, dispatchedAtMs }) {
      const days = daysOf(dispatchedAtMs, dispatchedAtMs);
      const params = { ...days, parent_id: parentId, dispatch_id: dispatchId };
      const types = { ...DAYS_TYPES, parent_id: 'STRING', dispatch_id: 'STRING' };
      return (await runQuery(context, pagesOfDispatchSql(quotedDataset(dataset)), params, types)).map(
        toStoredPage,
      );
    },

    async ofDispatches(keys) {
      const pages = new Map<string, PageMark[]>();
      if (keys.length === 0) return pages;
      const times = keys.map((key) => key.dispatchedAtMs);
      const params = {
        ...daysOf(Math.min(...times), Math.max(...times)),
        parent_ids: keys.map((key) => key.parentId),
        dispatch_ids: keys.map((key) => key.dispatchId),
      };
      const types = { ...DAYS_TYPES, parent_ids: ['STRING'], dispatch_ids: ['STRING'] };
      for (const row of await runQuery(
        context,
        pagesOfDispatchesSql(quotedDataset(dataset)),
        params,
        types,
      )) {
        const dispatchId = String(row.dispatch_id);
        pages.set(dispatchId, [...(pages.get(dispatchId) ?? []), toMark(row)]);
      }
      return pages;
    },

    append: (row) => appendPage(context, row, insertPage),
  };
}

type Friend = PageRow['friends'][number];

const withFriends =
  (reduce: (friend: Friend) => Pick<Friend, 'position' | 'id'>) =>
  (row: PageRow): PageRow => ({ ...row, friends: row.friends.map(reduce) as Friend[] });

/**
 * R16: what to leave out, step by step, when BigQuery refuses the row for its content. The last steps give the page up,
 * visibly: without them it would be bought again for ever, and never stored; a check that loses what it has concluded is
 * given up with its page, since without that nothing can rest on it. What the very last one keeps is ours, or has been
 * checked by the schema of the message.
 */
const REDUCTIONS: ((row: PageRow) => PageRow)[] = [
  (row) => row,
  withFriends(({ position, id, username, name }) => ({
    position,
    id,
    username,
    ...(name !== undefined && { name }),
  })),
  (row) => ({ ...withFriends(({ position, id }) => ({ position, id }))(row), list_order: null }),
  givenUp,
  (row) => ({
    ...givenUp(row),
    grandparent_id: null,
    grandparent_username: null,
    unknown_friends: [],
  }),
];

function givenUp(row: PageRow): PageRow {
  const nothing = { next_token: null, friend_count: 0, friends: [], check: null, list_order: null };
  return { ...row, ...nothing, outcome: 'unavailable', reason: 'refused' };
}

async function appendPage(
  context: WarehouseContext,
  row: PageRow,
  insertPage: InsertRow,
): Promise<AppendedPage> {
  const refused: Problem[] = [];
  for (const [step, reduce] of REDUCTIONS.entries()) {
    const reduced = { ...reduce(row), problems: [...row.problems, ...refused] };
    const json = { ...reduced, problems: problemsColumn(reduced.problems) };
    try {
      const one = { insertId: `${row.fetch_id}/${step}`, json };
      // The deadline also ends the wait for a request of others that is stalled.
      const request = () =>
        withDeadline(context.clock, context.deadlineMs, 'BigQuery', () =>
          insertPage(one, row.friends.length),
        );
      await append(context, 'completed_scrapes', [one], request);
      return { how: step === 0 ? 'stored' : 'reduced', row: reduced };
    } catch (error) {
      if (!(error instanceof RowsRefused) || step === REDUCTIONS.length - 1) throw error;
      const detail = error.reasons.slice(0, 5).join('; ');
      refused.push({ source: 'bigquery', title: 'row refused', detail });
    }
  }
  throw new Error('unreachable: the last reduction returns or throws');
}

function toMark(row: Row): PageMark {
  return {
    pageNumber: Number(row.page_number),
    outcome: row.outcome as PageMark['outcome'],
    nextToken: row.next_token as string | null,
    charged: Number(row.charged),
    checkEndedBy: (row.check_ended_by ?? null) as PageMark['checkEndedBy'],
  };
}

function toStoredPage(row: Row): StoredPage {
  const check = (row.check ?? null) as CheckRecord | null;
  return {
    ...toMark({ ...row, check_ended_by: check?.ended_by }),
    check,
    pageToken: row.page_token as string | null,
    fetchId: String(row.fetch_id),
    lineage: row.lineage as string[],
    completedAtMs: millis(row.completed_at),
  };
}
