import type { CheckRecord } from '../check/record.ts';
import type { Mode } from '../plan/reading.ts';
import { sharedQuestion } from '../together.ts';
import type { Row, WarehouseContext } from './client.ts';
import { quotedDataset, runQuery } from './query.ts';
import { DAYS_TYPES, daysOf, millis, timestampOf } from './timestamps.ts';

/** A stored page, as far as whom a parent follows is known from it. */
export interface ListedPage {
  dispatchId: string;
  dispatchedAtMs: number;
  mode: Mode;
  pageNumber: number;
  outcome: 'scraped' | 'unavailable';
  nextToken: string | null;
  fetchId: string;
  lineage: string[];
  completedAtMs: number;
  check: CheckRecord | null;
  /** Ids of friends, in X's order. */
  listed: string[];
  /** Of accounts that X spoke of without listing them. */
  unknown: string[];
  /** How many accounts X listed of which not even the id can be read. */
  unreadable: number;
  /** Of `listed`, those whose username is forgotten. */
  forgotten: string[];
}

/** Accounts that must not be shown any more; usernames are lower-cased. */
export interface Forgotten {
  ids: string[];
  usernames: string[];
}

/** Where the rows of a known list, and of the dispatch that it is for, are. Times in ms since 1970. */
export interface KnownSpan {
  parentId: string;
  dispatchId: string;
  dispatchedAtMs: number;
  /** Of the full read that the base rests on, and of the base. */
  fullReadAtMs: number;
  baseAtMs: number;
}

export interface KnownLists {
  /** Throws RetryLater. */
  forgotten(): Promise<Forgotten>;
  /** The pages of that parent from the full read to the base, and those of the dispatch. Throws RetryLater. */
  pagesOf(span: KnownSpan, forgottenUsernames: string[]): Promise<ListedPage[]>;
}

export const forgottenSql = (dataset: string) => `
SELECT DISTINCT id, LOWER(username) AS username
FROM ${dataset}.forgotten_accounts`;

/** R23: the partitions from the last full read on, and one parent. */
export const listedPagesSql = (dataset: string) => `
SELECT dispatch_id, dispatched_at, IFNULL(mode, 'full') AS mode, page_number, outcome, next_token, fetch_id, lineage,
  completed_at, \`check\`, unknown_friends, IFNULL(unreadable_friends, 0) AS unreadable_friends,
  ARRAY(SELECT friend.id FROM UNNEST(friends) AS friend ORDER BY friend.position) AS listed,
  ARRAY(SELECT friend.id FROM UNNEST(friends) AS friend WHERE LOWER(friend.username) IN UNNEST(@usernames)) AS forgotten
FROM ${dataset}.completed_scrapes
WHERE dispatched_at >= @day AND dispatched_at < @next_day AND parent_id = @parent_id
  AND (dispatched_at <= @base_at OR dispatch_id = @dispatch_id)`;

export function createKnownLists(context: WarehouseContext): KnownLists {
  const dataset = quotedDataset(context.dataset);
  // Those who ask at one time get one answer: X may have named many thousands (`dodo comply`).
  const forgotten = sharedQuestion(async (): Promise<Forgotten> => {
    const rows = await runQuery(context, forgottenSql(dataset), {}, {});
    const texts = (column: string) =>
      rows.flatMap((row) => (row[column] === null ? [] : String(row[column])));
    return { ids: texts('id'), usernames: texts('username') };
  });
  return {
    forgotten: forgotten.answer,

    async pagesOf({ parentId, dispatchId, dispatchedAtMs, fullReadAtMs, baseAtMs }, usernames) {
      const params = {
        ...daysOf(fullReadAtMs, dispatchedAtMs),
        ...{ base_at: timestampOf(baseAtMs), parent_id: parentId, dispatch_id: dispatchId, usernames },
      };
      const strings = { parent_id: 'STRING', dispatch_id: 'STRING', usernames: ['STRING'] };
      const types = { ...DAYS_TYPES, base_at: 'TIMESTAMP', ...strings };
      return (await runQuery(context, listedPagesSql(dataset), params, types)).map(toListedPage);
    },
  };
}

function toListedPage(row: Row): ListedPage {
  return {
    dispatchId: String(row.dispatch_id),
    dispatchedAtMs: millis(row.dispatched_at),
    mode: row.mode as Mode,
    pageNumber: Number(row.page_number),
    outcome: row.outcome as ListedPage['outcome'],
    nextToken: row.next_token as string | null,
    fetchId: String(row.fetch_id),
    lineage: row.lineage as string[],
    completedAtMs: millis(row.completed_at),
    check: row.check as CheckRecord | null,
    listed: row.listed as string[],
    unknown: row.unknown_friends as string[],
    unreadable: Number(row.unreadable_friends),
    forgotten: row.forgotten as string[],
  };
}
