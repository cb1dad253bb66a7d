import { rowsOf, texts, time } from '../target/query.ts';
import type { PlainRow } from '../target/rows.ts';
import type { Target } from '../target/target.ts';
import { type Column, tableOf } from '../terminal/table.ts';

const COLUMNS = `parent_id, parent_username, friend_id, friend_username, friend_name, change, status_of_friend,
  absent_dispatches, previous_dispatch_id, dispatch_id, not_before, not_after, mode`;
export const CHANGES = ['followed', 'reappeared', 'no_longer_listed', 'withheld'];
export const CHANGE_COLUMNS = COLUMNS.split(/,\s+/);

/** Takes `@since` TIMESTAMP, and `@parents` ARRAY<STRING> (account ids, so that the filter prunes) if asked for. */
export const changesSql = (dataset: string, of: 'all parents' | 'some parents') => `
SELECT ${COLUMNS}
FROM ${dataset}.friend_changes
WHERE not_after >= @since${of === 'some parents' ? ' AND parent_id IN UNNEST(@parents)' : ''}
ORDER BY not_after DESC, parent_username, change, friend_username, friend_id`;

/** Newest first. `parents`: ids of those that count; undefined: all. */
export function changesSince(target: Target, sinceMs: number, parents?: string[]): Promise<PlainRow[]> {
  const sql = (dataset: string) => changesSql(dataset, parents ? 'some parents' : 'all parents');
  return rowsOf(target, sql, { since: time(sinceMs), ...(parents && { parents: texts(parents) }) });
}

/** How many parents have two lists that can be compared. */
export const comparableSql = (dataset: string) => `
SELECT COUNT(*) AS parents
FROM (
  SELECT parent_id
  FROM ${dataset}.dispatch_progress
  WHERE state IN ('complete', 'checked', 'open')
  GROUP BY parent_id
  HAVING COUNT(*) > 1
) AS comparable`;

export async function comparableParents(target: Target): Promise<number> {
  const [row] = await rowsOf<{ parents: number }>(target, comparableSql);
  return row?.parents ?? 0;
}

const MOST_LINES = 200;
const minute = (time: unknown): string => String(time).slice(0, 16).replace('T', ' ');

const WITHHELD =
  'withheld: missing in a list that fell below half of the one before it, which X may have sent by mistake. The next list of that parent decides; until then nobody of them counts as gone.';

/** The changes for people, in words that claim no more than was seen. `width`: of the screen. */
export function changesTable(
  changes: PlainRow[],
  { mostLines = MOST_LINES, width }: { mostLines?: number | undefined; width?: number | undefined } = {},
): string {
  const columns: Column<PlainRow>[] = [
    { head: 'parent', cell: ({ parent_username }) => `@${parent_username}` },
    { head: 'change', cell: whatChanged },
    { head: 'friend', cell: friendOf },
    { head: 'not before (UTC)', cell: ({ not_before }) => minute(not_before) },
    { head: 'not after (UTC)', cell: ({ not_after }) => minute(not_after) },
  ];
  const table = tableOf(changes.slice(0, mostLines), columns, width);
  const more = changes.length - mostLines;
  const isWithheld = changes.some(({ change }) => change === 'withheld');
  return [
    table,
    ...(more > 0 ? [`… and ${more} older ones: --json and --csv print all, --since fewer.`] : []),
    ...(isWithheld ? [WITHHELD] : []),
  ].join('\n');
}

function whatChanged({ change, status_of_friend, absent_dispatches }: PlainRow): string {
  switch (change) {
    case 'no_longer_listed':
      return `no longer listed (status: ${String(status_of_friend).replace('_', ' ')})`;
    case 'reappeared':
      return `reappeared (missing in ${absent_dispatches} before)`;
    case 'withheld':
      return 'withheld (missing, for now)';
    default:
      return String(change);
  }
}

function friendOf({ friend_id, friend_username, friend_name }: PlainRow): string {
  const handle = friend_username === null ? `account ${friend_id}` : `@${friend_username}`;
  return friend_name === null ? handle : `${handle} ${friend_name}`;
}
