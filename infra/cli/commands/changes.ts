import type { Query } from '@google-cloud/bigquery';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type PlainRow, plainRows } from '../target/rows.ts';
import { findReadable, type GlobalOptions, type Target } from '../target/target.ts';
import { CSV_MEANING, csvOf } from '../terminal/csv.ts';
import { Failure } from '../terminal/errors.ts';
import { tableOf } from '../terminal/table.ts';

interface ChangesOptions {
  parent?: string;
  since?: string;
  json?: boolean;
  csv?: boolean;
}

export const changesCommand = () =>
  new Command('changes')
    .description('who was followed and who is no longer listed, newest first')
    .option('--parent <account>', 'only changes of this parent: its username or its account id')
    .option('--since <date>', 'only changes seen since this day or time (UTC)', utcTime)
    .option('--json', 'print one JSON array of row objects')
    .addOption(new Option('--csv', CSV_MEANING).conflicts('json'))
    .addHelpText('after', '\nExample:\n  npx dodo changes --parent ewan_mcallister --since 2026-11-01')
    .action(async (options: ChangesOptions, command: Command) => {
      const target = await findReadable(command.optsWithGlobals<GlobalOptions>());
      try {
        const parents = options.parent === undefined ? undefined : await parentIds(target, options.parent);
        const rows = parents?.length === 0 ? [] : await changesOf(target, options.since ?? EVER, parents);
        if (options.json) console.log(JSON.stringify(rows));
        else if (options.csv) console.log(rows.length === 0 ? COLUMNS.join(',') : csvOf(rows));
        else console.log(rows.length === 0 ? await whyNone(target, options) : tableForPeople(rows));
      } finally {
        await target.close();
      }
    });

const EVER = '1970-01-01T00:00:00.000Z';

/** A day (2026-11-24) or a time (2026-11-24T08:15:00Z) as ISO 8601 in UTC. */
export function utcTime(text: string): string {
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  // Date.parse takes 31 February for 3 March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text.slice(0, 10)))
    throw new InvalidArgumentError(
      'It must be a day such as 2026-11-24, or a time such as 2026-11-24T08:15:00Z.',
    );
  return new Date(ms).toISOString();
}

const COLUMNS = [
  'parent_id',
  'parent_username',
  'friend_id',
  'friend_username',
  'friend_name',
  'change',
  'status_of_friend',
  'absent_dispatches',
  'previous_dispatch_id',
  'dispatch_id',
  'not_before',
  'not_after',
];

/** Takes `@since` TIMESTAMP, and `@parents` ARRAY<STRING> (account ids, so that the filter prunes) if asked for. */
export const changesSql = (dataset: string, of: 'all parents' | 'some parents') => `
SELECT ${COLUMNS.join(', ')}
FROM ${dataset}.friend_changes
WHERE not_after >= @since${of === 'some parents' ? ' AND parent_id IN UNNEST(@parents)' : ''}
ORDER BY not_after DESC, parent_username, change, friend_username, friend_id`;

function changesOf(target: Target, since: string, parents?: string[]): Promise<PlainRow[]> {
  const query = changesSql(target.config.BIGQUERY_DATASET, parents ? 'some parents' : 'all parents');
  // A type given for a time in text would make the client send no value at all.
  return ask(target, {
    query,
    params: { since: target.bigquery.timestamp(since), ...(parents && { parents }) },
  });
}

async function ask({ bigquery }: Target, query: Query): Promise<PlainRow[]> {
  const [rows] = await bigquery.query(query).catch((error: Error) => {
    throw new Failure(`the history could not be read: ${error.message}`);
  });
  return plainRows(rows);
}

/** Takes `@parent` STRING, a username in lower case or an account id. The id is null where it was never learnt. */
export const parentIdsSql = (dataset: string) => `
SELECT DISTINCT parent_id
FROM ${dataset}.dispatch_progress
WHERE LOWER(parent_username) = @parent OR parent_id = @parent`;

/** By id, so that changes from before a rename of the parent are there too. */
async function parentIds(target: Target, account: string): Promise<string[]> {
  const query = parentIdsSql(target.config.BIGQUERY_DATASET);
  const rows = await ask(target, { query, params: { parent: account.replace(/^@/, '').toLowerCase() } });
  if (rows.length === 0)
    throw new Failure(
      `no run has had the parent "${account}". "npx dodo query 'SELECT DISTINCT parent_username FROM dispatch_progress'" lists those there are.`,
    );
  return rows.flatMap(({ parent_id }) => (parent_id === null ? [] : String(parent_id)));
}

/** How many parents have two lists that can be compared. */
export const comparableSql = (dataset: string) => `
SELECT COUNT(*) AS parents
FROM (
  SELECT parent_id
  FROM ${dataset}.dispatch_progress
  WHERE state = 'complete'
  GROUP BY parent_id
  HAVING COUNT(*) > 1
) AS comparable`;

async function whyNone(target: Target, { parent, since }: ChangesOptions): Promise<string> {
  const of = parent === undefined ? '' : ` of ${parent}`;
  if (since !== undefined)
    return `No changes${of} were seen since ${since.slice(0, 16).replace('T', ' ')} UTC.`;
  const [row] = await ask(target, { query: comparableSql(target.config.BIGQUERY_DATASET) });
  const parents = Number(row?.parents ?? 0);
  return parents === 0
    ? `No changes${of} yet: the first complete list of a parent is what later ones are compared with, and no parent has a second one so far.`
    : `No changes${of}. Lists of ${parents} ${parents === 1 ? 'parent' : 'parents'} could be compared.`;
}

const MOST_LINES = 200;
const minute = (time: unknown): string => String(time).slice(0, 16).replace('T', ' ');

function tableForPeople(rows: PlainRow[]): string {
  const table = tableOf(rows.slice(0, MOST_LINES), [
    { head: 'parent', cell: ({ parent_username }) => `@${parent_username}` },
    { head: 'change', cell: wordsOf },
    { head: 'friend', cell: friendOf },
    { head: 'not before (UTC)', cell: ({ not_before }) => minute(not_before) },
    { head: 'not after (UTC)', cell: ({ not_after }) => minute(not_after) },
  ]);
  const more = rows.length - MOST_LINES;
  return more > 0 ? `${table}\n… and ${more} older ones: --json and --csv print all, --since fewer.` : table;
}

function wordsOf({ change, status_of_friend, absent_dispatches }: PlainRow): string {
  if (change === 'no_longer_listed')
    return `no longer listed (status: ${String(status_of_friend).replace('_', ' ')})`;
  return change === 'reappeared' ? `reappeared (missing in ${absent_dispatches} before)` : String(change);
}

function friendOf({ friend_id, friend_username, friend_name }: PlainRow): string {
  const handle = friend_username === null ? `account ${friend_id}` : `@${friend_username}`;
  return friend_name === null ? handle : `${handle} ${friend_name}`;
}
