import { randomUUID } from 'node:crypto';
import { RetryLater } from '../../../shared/errors.ts';
import { DAY_MS, dayOf } from '../../../shared/times.ts';
import { insertOnce, jsonParam } from '../../../shared/warehouse/insert-once.ts';
import { jsonCell } from '../../../shared/warehouse/json-cell.ts';
import { quotedDataset } from '../../../shared/warehouse/query.ts';
import { DAYS_TYPES, daysOf } from '../../../shared/warehouse/timestamps.ts';
import { LONGEST_MS, type Params, rowsOf, texts, time, warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';
import type { ImportedRow } from './imported-row.ts';

type Type = 'STRING' | 'INT64' | 'NUMERIC' | 'BOOL' | 'TIMESTAMP';

/** The columns, and what each is in JSON's place. */
const COLUMNS: Record<Exclude<keyof ImportedRow, 'lineage' | 'friends' | 'unknown_friends'>, Type> = {
  ...{
    run_id: 'STRING',
    job: 'STRING',
    dispatch_id: 'STRING',
    parent_id: 'STRING',
    parent_username: 'STRING',
  },
  ...{ grandparent_id: 'STRING', grandparent_username: 'STRING' },
  ...{ page_number: 'INT64', total_pages: 'INT64', page_size: 'INT64', outcome: 'STRING', reason: 'STRING' },
  ...{ page_token: 'STRING', next_token: 'STRING', fetch_id: 'STRING', friend_count: 'INT64' },
  ...{ unreadable_friends: 'INT64', charged: 'INT64', problems: 'STRING', cost_usd: 'NUMERIC' },
  ...{ mode: 'STRING', mode_reason: 'STRING', origin: 'STRING' },
  ...{ dispatched_at: 'TIMESTAMP', completed_at: 'TIMESTAMP' },
};
const FRIEND: Record<keyof ImportedRow['friends'][number], Type> = {
  ...{ position: 'INT64', id: 'STRING', username: 'STRING', name: 'STRING', created_at: 'TIMESTAMP' },
  ...{ description: 'STRING', location: 'STRING', url: 'STRING', profile_image_url: 'STRING' },
  ...{ protected: 'BOOL', verified: 'BOOL', verified_type: 'STRING' },
  ...{ followers_count: 'INT64', following_count: 'INT64', listed_count: 'INT64' },
  ...{ post_count: 'INT64', like_count: 'INT64', media_count: 'INT64' },
};
const IDS = ['lineage', 'unknown_friends'] as const;

const friendColumns = Object.entries(FRIEND)
  .map(([name, type]) => `${jsonCell('friend', name, type)} AS ${name}`)
  .join(', ');

const ofPages = `dispatched_at >= @day AND dispatched_at < @next_day
  AND parent_id IN UNNEST(@parent_ids) AND dispatch_id IN UNNEST(@dispatch_ids)`;

/**
 * Takes `@rows` STRING: a JSON array of rows, whose lists of ids are texts; and `@friends` STRING: one of all friends on
 * them, each with the `fetch_id` of its page. What is there already is left out. An INSERT, not a stream: the next query
 * sees it, so that a second import adds nothing, and `dodo forget --scrub` may change its rows, whose times are long ago,
 * at once.
 */
export const insertImportedSql = (dataset: string) => `
INSERT INTO ${dataset}.completed_scrapes (${[...Object.keys(COLUMNS), ...IDS, 'friends'].join(', ')})
SELECT
  ${Object.entries(COLUMNS)
    .map(([name, type]) => jsonCell('page', name, type))
    .join(',\n  ')},
  ${IDS.map((name) => `IFNULL(SPLIT(JSON_VALUE(page, '$.${name}'), ','), [])`).join(',\n  ')},
  IFNULL(listed.friends, [])
FROM UNNEST(JSON_QUERY_ARRAY(@rows)) AS page
LEFT JOIN (
  SELECT JSON_VALUE(friend, '$.fetch_id') AS fetch_id,
    ARRAY_AGG(STRUCT(${friendColumns}) ORDER BY CAST(JSON_VALUE(friend, '$.position') AS INT64)) AS friends
  FROM UNNEST(JSON_QUERY_ARRAY(@friends)) AS friend
  GROUP BY fetch_id
) AS listed ON listed.fetch_id = JSON_VALUE(page, '$.fetch_id')
LEFT JOIN (
  SELECT DISTINCT dispatch_id, fetch_id
  FROM ${dataset}.completed_scrapes
  WHERE ${ofPages}
) AS stored
  ON stored.dispatch_id = JSON_VALUE(page, '$.dispatch_id') AND stored.fetch_id = JSON_VALUE(page, '$.fetch_id')
WHERE stored.fetch_id IS NULL`;

/** Which pages of these lists are stored. */
export const importedPagesSql = (dataset: string) => `
SELECT DISTINCT dispatch_id, fetch_id
FROM ${dataset}.completed_scrapes
WHERE ${ofPages}`;

/** Stores what is not stored yet, and returns how many rows that were. Throws RetryLater, or Failure. */
export async function storeImported(target: Target, rows: ImportedRow[]): Promise<number> {
  const params = {
    parent_ids: [...new Set(rows.map((row) => row.parent_id))],
    dispatch_ids: [...new Set(rows.map((row) => row.dispatch_id))],
  };
  const times = rows.map((row) => Date.parse(row.dispatched_at));
  const days = { first: Math.min(...times), last: Math.max(...times) };
  const asked: Params = {
    ...{ day: time(dayOf(days.first)), next_day: time(dayOf(days.last) + DAY_MS) },
    ...{ parent_ids: texts(params.parent_ids), dispatch_ids: texts(params.dispatch_ids) },
  };
  const stored = await rowsOf<Record<'dispatch_id' | 'fetch_id', string>>(target, importedPagesSql, asked);
  const known = new Set(stored.map(keyOf));
  const anew = [...new Map(rows.map((row) => [keyOf(row), row])).values()].filter(
    (row) => !known.has(keyOf(row)),
  );
  if (anew.length > 0) await insert(target, anew, { ...daysOf(days.first, days.last), ...params });
  return anew.length;
}

async function insert(target: Target, rows: ImportedRow[], params: Record<string, unknown>): Promise<void> {
  const context = { ...warehouseOf(target), deadlineMs: LONGEST_MS };
  const types = {
    ...{ ...DAYS_TYPES, friends: 'STRING' },
    ...{ parent_ids: ['STRING'], dispatch_ids: ['STRING'] },
  };
  const sql = insertImportedSql(quotedDataset(target.config.BIGQUERY_DATASET));
  const friends = rows.flatMap((row) => row.friends.map((each) => ({ fetch_id: row.fetch_id, ...each })));
  const pages = rows.map(({ friends: _, ...row }) => ({
    ...row,
    ...{ lineage: row.lineage.join() || null, unknown_friends: row.unknown_friends.join() || null },
  }));
  const insertion = await insertOnce(
    context,
    { sql, rows: pages, params: { ...params, friends: jsonParam(friends) }, types },
    `import_${randomUUID()}`,
  );
  switch (insertion.how) {
    // Somebody else imports the same.
    case 'overtaken':
    case 'inserted':
    case 'inserted before':
      return;
    case 'failed before':
      throw new RetryLater('BigQuery did not insert');
    case 'refused':
      throw new Failure(`BigQuery refuses what the archive holds: ${insertion.reasons.join('; ')}`);
  }
}

const keyOf = (row: Record<'dispatch_id' | 'fetch_id', string>): string =>
  `${row.dispatch_id}/${row.fetch_id}`;
