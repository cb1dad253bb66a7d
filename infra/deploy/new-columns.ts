import type { BigQuery } from '@google-cloud/bigquery';
import { Failure } from '../cli/terminal/errors.ts';
import {
  changesOf,
  does,
  type Field,
  fieldsOf,
  type PlanJson,
  type ResourceChange,
  textOf,
  type Values,
} from './plan-json.ts';

/** What BigQuery has to learn before a function appends to it: a table, or columns of one. */
export interface News {
  table: string;
  /** Of records with their path, `friends.name`; empty for a table that is made, also anew. */
  columns: string[];
}

/**
 * All that the functions append to, where one of them changes: a deploy that was cut off while it waited has made the
 * tables, and none is news to the next one.
 */
export function neededIn(plan: PlanJson): News[] {
  const news = newsIn(plan);
  const changes = changesOf(plan);
  if (!changes.some((change) => change.type === 'google_cloudfunctions2_function' && !isDeletion(change)))
    return news;
  const old = (plan.resource_changes ?? []).filter(isTable).flatMap(({ change: { after } }): News[] => {
    const table = textOf(after, 'table_id');
    if (after === null || news.some((each) => each.table === table)) return [];
    return [{ table, columns: columnsOf(fieldsOf(after)).map(({ path }) => path) }];
  });
  return [...news, ...old];
}

export function newsIn(plan: PlanJson): News[] {
  return tablesIn(plan).flatMap((change): News[] => {
    const table = textOf(change.change.after, 'table_id');
    if (does(change, 'create')) return [{ table, columns: [] }];
    const columns = addedTo(change).map(({ path }) => path);
    return columns.length > 0 ? [{ table, columns }] : [];
  });
}

/**
 * Throws Failure where a column is added that every row must have: BigQuery adds none, since older rows lack it.
 * https://cloud.google.com/bigquery/docs/managing-table-schemas#add_a_nested_column_to_a_record
 */
export function requireNullable(plan: PlanJson): void {
  for (const change of tablesIn(plan).filter((each) => !does(each, 'create')))
    for (const { path, mode } of addedTo(change))
      if (mode === 'REQUIRED')
        throw new Failure(
          `The new column ${textOf(change.change.after, 'table_id')}.${path} is REQUIRED, and BigQuery adds no such column to a table that is there: make it NULLABLE or REPEATED in infra/bigquery/tables/.`,
        );
}

const isTable = ({ type, name }: ResourceChange): boolean =>
  type === 'google_bigquery_table' && name === 'tables';

const isDeletion = (change: ResourceChange): boolean => does(change, 'delete') && !does(change, 'create');

const tablesIn = (plan: PlanJson): ResourceChange[] => changesOf(plan).filter(isTable);

interface Column {
  path: string;
  mode: string | undefined;
}

function addedTo({ change: { before, after } }: ResourceChange): Column[] {
  const known = columnsOf(fieldsOf(before)).map(({ path }) => path);
  return columnsOf(fieldsOf(after)).filter(({ path }) => !known.includes(path));
}

const columnsOf = (fields: Field[], of = ''): Column[] =>
  fields.flatMap(({ name, mode, fields: inner = [] }) => [
    { path: `${of}${name}`, mode },
    ...columnsOf(inner, `${of}${name}.`),
  ]);

/** No column of ours: a row that has it is refused whatever else it says, and so is never stored. */
const NO_COLUMN = 'dodo_probe';

const EVERY_MS = 5_000;
const AT_MOST_MS = 600_000;

/**
 * Appends go another way than queries, and learn of a table or a column some minutes later; a function that appends
 * before is told "no such field", or its row is lost in a table that is gone. So rows that must be refused are sent until
 * they are refused for the right reason. Throws Failure where that takes too long.
 * https://cloud.google.com/bigquery/docs/write-api#metadata_changes
 */
export async function untilKnown(
  bigquery: BigQuery,
  dataset: string,
  news: News[],
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  for (const { table, columns } of news)
    for (let waitedMs = 0; !(await isKnown(bigquery, dataset, table, columns)); waitedMs += EVERY_MS) {
      if (waitedMs >= AT_MOST_MS)
        throw new Failure(
          `BigQuery still takes no row of ${[table, ...columns].join(', ')} after ${AT_MOST_MS / 60_000} minutes: wait some more, and run this again; the functions are not touched before.`,
        );
      if (waitedMs === 0) console.log(`BigQuery has yet to learn of ${[table, ...columns].join(', ')}.`);
      await pause(EVERY_MS);
    }
}

/** Records of ours are repeated. */
const rowWith = ([name = '', ...inner]: string[]): Values => ({
  [name]: inner.length === 0 ? NO_COLUMN : [rowWith(inner)],
});

interface Refusal {
  errors?: { errors?: { message?: string; location?: string }[] }[];
  code?: number;
}

async function isKnown(
  bigquery: BigQuery,
  dataset: string,
  table: string,
  columns: string[],
): Promise<boolean> {
  const refused = rowWith([NO_COLUMN]);
  const probes = columns.length === 0 ? [{}] : columns.map((column) => rowWith(column.split('.')));
  const rows = probes.map((probe) => ({ json: { ...probe, ...refused } }));
  try {
    await bigquery.dataset(dataset).table(table).insert(rows, { raw: true, partialRetries: 0 });
  } catch (error) {
    const { errors, code } = error as Refusal;
    if (code === 404) return false;
    const reasons = errors?.flatMap((row) => row.errors ?? []);
    if (reasons === undefined || reasons.length === 0)
      throw new Failure(
        `BigQuery does not say whether it takes rows of ${table}: ${(error as Error).message}`,
      );
    // A value of the wrong type is another reason, and a good one: the column is known.
    const words = reasons
      .filter(({ message = '' }) => /no such field/i.test(message))
      .map(({ message = '', location = '' }) => `${message} ${location}`)
      .join(' ');
    return !columns.some((column) => new RegExp(`\\b${column.split('.').at(-1)}\\b`).test(words));
  }
  throw new Error(`BigQuery stored a row with the unknown field ${NO_COLUMN} in ${table}`);
}
