import { LONGEST_MS, rowsOf, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import type { ForgottenAccount } from './accounts.ts';

/**
 * BigQuery changes no row that was streamed in within the last 30 minutes, and a page whose append was tried for
 * long is younger than its own time: https://cloud.google.com/bigquery/docs/data-manipulation-language#limitations
 */
export const YOUNG_MINUTES = 90;

/** A statement that takes the forgotten accounts out of a table. */
interface Scrub {
  table: string;
  does: string;
  /** When a row was made, as far as the row itself tells. */
  madeAt: string;
  where: string | ((dataset: string) => string);
  /** What stands before WHERE, after the table's name. */
  change: 'DELETE' | { set: string };
}

/** By `@ids` and `@usernames`. */
export const isForgotten = (id: string, username: string) =>
  `IFNULL(${id} IN UNNEST(@ids) OR LOWER(${username}) IN UNNEST(@usernames), FALSE)`;

const hasForgotten = (ids: string) => `EXISTS (SELECT 1 FROM UNNEST(${ids}) AS id WHERE id IN UNNEST(@ids))`;
const withoutForgotten = (ids: string) =>
  `ARRAY(SELECT id FROM UNNEST(${ids}) AS id WITH OFFSET AS place WHERE id NOT IN UNNEST(@ids) ORDER BY place)`;

const NAMED_BY_CHECK = ['appeared', 'missing', 'withheld'].map((name) => `\`check\`.${name}`);
const FRONTIER = '`check`.frontier_id';

/** A frontier stays one, though nobody is named: without it the check would be `unaligned`, and prove nothing. */
const SCRUBBED_CHECK = `STRUCT(\`check\`.base_dispatch_id AS base_dispatch_id, \`check\`.ended_by AS ended_by,
  IF(${FRONTIER} IN UNNEST(@ids), '', ${FRONTIER}) AS frontier_id,
  ${['appeared', 'missing', 'withheld'].map((name) => `${withoutForgotten(`\`check\`.${name}`)} AS ${name}`).join(',\n  ')},
  ${['fewer', 'more', 'unfound', 'fruitless'].map((name) => `\`check\`.${name} AS ${name}`).join(', ')})`;

const NO_GRANDPARENT = 'grandparent_id = NULL, grandparent_username = NULL';

/** In this order: what is deleted need not be rewritten. */
const SCRUBS: Scrub[] = [
  {
    table: 'completed_scrapes',
    does: 'delete the pages of a forgotten parent',
    madeAt: 'completed_at',
    where: isForgotten('parent_id', 'parent_username'),
    change: 'DELETE',
  },
  {
    table: 'completed_scrapes',
    does: 'take a forgotten friend out of the page',
    madeAt: 'completed_at',
    where: `EXISTS (SELECT 1 FROM UNNEST(friends) AS friend WHERE ${isForgotten('friend.id', 'friend.username')})`,
    change: {
      set: `friends = ARRAY(SELECT friend FROM UNNEST(friends) AS friend WHERE NOT ${isForgotten('friend.id', 'friend.username')} ORDER BY friend.position)`,
    },
  },
  {
    table: 'completed_scrapes',
    does: 'take a forgotten friend out of what a check says',
    madeAt: 'completed_at',
    where: `(IFNULL(${FRONTIER} IN UNNEST(@ids), FALSE) OR ${NAMED_BY_CHECK.map(hasForgotten).join(' OR ')})`,
    change: { set: `\`check\` = ${SCRUBBED_CHECK}` },
  },
  {
    table: 'completed_scrapes',
    does: 'take a forgotten account out of those that could not be listed',
    madeAt: 'completed_at',
    where: hasForgotten('unknown_friends'),
    change: { set: `unknown_friends = ${withoutForgotten('unknown_friends')}` },
  },
  {
    table: 'completed_scrapes',
    does: 'leave out a forgotten grandparent',
    madeAt: 'completed_at',
    where: isForgotten('grandparent_id', 'grandparent_username'),
    change: { set: NO_GRANDPARENT },
  },
  {
    table: 'requested_dispatches',
    does: 'count a forgotten parent no more in its run',
    madeAt: 'requested_at',
    where: (dataset) => `dispatch_id IN (
  SELECT dispatch_id FROM ${dataset}.dispatches WHERE ${isForgotten('parent_id', 'parent_username')})`,
    change: 'DELETE',
  },
  {
    table: 'dispatches',
    does: 'delete the plans of a forgotten parent',
    madeAt: 'planned_at',
    where: isForgotten('parent_id', 'parent_username'),
    change: 'DELETE',
  },
  {
    table: 'dispatches',
    does: 'leave out a forgotten grandparent',
    madeAt: 'planned_at',
    where: isForgotten('grandparent_id', 'grandparent_username'),
    change: { set: `grandparent = NULL, ${NO_GRANDPARENT}` },
  },
  {
    table: 'account_metadata',
    does: 'delete what was observed of a forgotten account',
    madeAt: 'observed_at',
    where: `(${isForgotten('id', 'username')} OR ${isForgotten('requested_id', 'requested_username')})`,
    change: 'DELETE',
  },
];

/** Each takes `@made_before` TIMESTAMP, `@ids` and `@usernames` ARRAY<STRING>, these in lower case. */
export const scrubsSql = SCRUBS.map((scrub) => (dataset: string) => statementOf(scrub, dataset));

/** For each of the scrubs how many rows it concerns: `now`, and `later` those that are too young. */
export const scrubCountsSql = SCRUBS.map((scrub) => (dataset: string) => countOf(scrub, dataset));

function statementOf({ table, madeAt, where, change }: Scrub, dataset: string): string {
  const condition = `WHERE ${madeAt} < @made_before AND ${whereIn(where, dataset)}`;
  return change === 'DELETE'
    ? `DELETE FROM ${dataset}.${table}\n${condition}`
    : `UPDATE ${dataset}.${table}\nSET ${change.set}\n${condition}`;
}

const countOf = ({ table, madeAt, where }: Scrub, dataset: string): string => `
SELECT COUNTIF(${madeAt} < @made_before) AS now, COUNTIF(${madeAt} >= @made_before) AS later
FROM ${dataset}.${table}
WHERE ${whereIn(where, dataset)}`;

const whereIn = (where: Scrub['where'], dataset: string) =>
  typeof where === 'string' ? where : where(dataset);

export interface ScrubCount {
  table: string;
  does: string;
  now: number;
  later: number;
}

const paramsOf = (gone: ForgottenAccount[], nowMs: number) => ({
  made_before: time(nowMs - YOUNG_MINUTES * 60_000),
  ids: texts(gone.flatMap(({ id }) => id ?? [])),
  usernames: texts(gone.flatMap(({ username }) => username ?? [])),
});

export function countScrub(target: Target, gone: ForgottenAccount[], nowMs: number): Promise<ScrubCount[]> {
  const params = paramsOf(gone, nowMs);
  return Promise.all(
    SCRUBS.map(async (scrub) => {
      const sql = (dataset: string) => countOf(scrub, dataset);
      const [row] = await rowsOf<{ now: number; later: number }>(target, sql, params);
      return { table: scrub.table, does: scrub.does, now: row?.now ?? 0, later: row?.later ?? 0 };
    }),
  );
}

/** Runs the scrubs that concern anything, one after the other. Throws RetryLater; what is done stays done. */
export async function scrub(target: Target, gone: ForgottenAccount[], nowMs: number, counts: ScrubCount[]) {
  const params = paramsOf(gone, nowMs);
  for (const [index, each] of SCRUBS.entries())
    if ((counts[index]?.now ?? 0) > 0)
      await rowsOf(target, (dataset) => statementOf(each, dataset), params, LONGEST_MS);
}
