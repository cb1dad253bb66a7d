import type { BigQuery } from '@google-cloud/bigquery';
import { provision } from '../../infra/local/bigquery/provision.ts';
import { startBigQuery } from '../../infra/local/bigquery/start.ts';
import { readConfig } from '../../shared/config.ts';
import { createBigQuery } from '../../shared/warehouse/client.ts';
import { noRows, type Plain, type Row, type Rows, TABLES } from './rows.ts';

export const VIEWS = [
  'scrape_history',
  'dispatch_progress',
  'friends',
  'current_friends',
  'friend_changes',
  'account_history',
  'daily_cost',
] as const;
export type ViewName = (typeof VIEWS)[number];

/** Tables and views in the local BigQuery, through the real client. */
export interface Warehouse {
  load(rows: Partial<Rows>): Promise<void>;
  /** All rows, as plain values; `order`: of columns, an SQL ORDER BY list. */
  rows(view: ViewName, order?: string): Promise<Row[]>;
  /** Any query, its text made for the name of the dataset; `types` as the client takes them. */
  query(sql: (dataset: string) => string, params?: object, types?: object): Promise<Row[]>;
  columns(view: ViewName): Promise<string[]>;
}

const PROJECT = 'dodo-test';
const DATASET = 'history';
/** insertAll takes up to 10 MB and 50,000 rows a call. https://cloud.google.com/bigquery/quotas#streaming_inserts */
const ROWS_A_CALL = 1000;

let opened: { bigquery: BigQuery; close: () => Promise<void> } | undefined;

/** To be called before the tests of a file: the local BigQuery, with all tables and views. */
export async function openWarehouse(): Promise<void> {
  const server = await startBigQuery({ file: ':memory:', project: PROJECT });
  const config = readConfig({ BIGQUERY_EMULATOR_HOST: server.url, GOOGLE_CLOUD_PROJECT: PROJECT });
  opened = { bigquery: await createBigQuery(config), close: () => server.close() };
  await provision(opened.bigquery, DATASET);
}

export async function closeWarehouse(): Promise<void> {
  await opened?.close();
  opened = undefined;
}

/** The file's warehouse, without the rows of the tests before. */
export async function emptyWarehouse(): Promise<Warehouse> {
  if (opened === undefined) throw new Error('no warehouse has been opened');
  const { bigquery } = opened;
  for (const table of TABLES) await bigquery.query(`DELETE FROM ${DATASET}.${table} WHERE TRUE`);
  return warehouseOf(bigquery, DATASET);
}

/** What a view shows where these rows are all there is. */
export async function shownOf(rows: Partial<Rows>, view: ViewName, order?: string): Promise<Row[]> {
  const warehouse = await emptyWarehouse();
  await warehouse.load(rows);
  return warehouse.rows(view, order);
}

function warehouseOf(bigquery: BigQuery, dataset: string): Warehouse {
  const query = async (sql: (dataset: string) => string, params = {}, types = {}) => {
    const [rows] = await bigquery.query({ query: sql(dataset), params, types });
    return rows.map((row) => plain(row) as Row);
  };
  return {
    query,
    rows: (view, order = '1') => query(() => `SELECT * FROM ${dataset}.${view} ORDER BY ${order}`),
    async load(given) {
      const rows = { ...noRows(), ...given };
      for (const name of TABLES) {
        const table = bigquery.dataset(dataset).table(name);
        // Without insert ids: a row that is given twice is stored twice.
        for (let from = 0; from < rows[name].length; from += ROWS_A_CALL)
          await table.insert(rows[name].slice(from, from + ROWS_A_CALL), { createInsertId: false });
      }
    },
    async columns(view) {
      const [{ schema }] = await bigquery.dataset(dataset).table(view).getMetadata();
      return schema.fields.map(({ name }: { name: string }) => name);
    },
  };
}

/** The client's classes as plain values: TIMESTAMP as ISO text, DATE as text, NUMERIC as a number. */
function plain(value: unknown): Plain {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value as Plain;
  const of = value.constructor.name;
  if (of === 'Big') return Number(value);
  if (of === 'BigQueryTimestamp') return new Date((value as { value: string }).value).toISOString();
  if (of === 'BigQueryDate') return (value as { value: string }).value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

/** Of each row these columns only, in this order. */
export function pick<K extends string>(rows: Row[], ...columns: K[]): Plain[][] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}
