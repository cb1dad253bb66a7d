import { afterAll, beforeAll } from 'vitest';
import { plainRows } from '../../infra/cli/target/rows.ts';
import type { WarehouseContext } from '../../shared/warehouse/client.ts';
import { startWarehouse } from '../support/warehouse.ts';
import { noRows, type Plain, type Row, type Rows, TABLES } from './rows.ts';

export const VIEWS = [
  'scrape_history',
  'dispatch_progress',
  'friends',
  'current_friends',
  'friend_changes',
  'order_health',
  'account_history',
  'daily_cost',
  'parent_freshness',
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
  /** As the services reach it. */
  context: WarehouseContext;
}

/** insertAll takes up to 10 MB and 50,000 rows a call. https://cloud.google.com/bigquery/quotas#streaming_inserts */
const ROWS_A_CALL = 1000;

let opened: Awaited<ReturnType<typeof startWarehouse>> | undefined;

/** Called at the top of a test file: the local BigQuery is there while its tests run, with all tables and views. */
export function openWarehouse(): void {
  beforeAll(async () => {
    opened = await startWarehouse();
  });
  afterAll(() => opened?.close());
}

/** The file's warehouse, without the rows of the tests before. */
export async function emptyWarehouse(): Promise<Warehouse> {
  if (opened === undefined) throw new Error('no warehouse has been opened');
  const { bigquery, context } = opened;
  for (const table of TABLES) await bigquery.query(`DELETE FROM ${context.dataset}.${table} WHERE TRUE`);
  return warehouseOf(opened);
}

/** What a view shows where these rows are all there is. */
export async function shownOf(rows: Partial<Rows>, view: ViewName, order?: string): Promise<Row[]> {
  const warehouse = await emptyWarehouse();
  await warehouse.load(rows);
  return warehouse.rows(view, order);
}

function warehouseOf({ bigquery, context }: NonNullable<typeof opened>): Warehouse {
  const { dataset } = context;
  const query = async (sql: (dataset: string) => string, params = {}, types = {}) =>
    plainRows((await bigquery.query({ query: sql(dataset), params, types }))[0]) as Row[];
  return {
    ...{ query, context },
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

/** Of each row these columns only, in this order. */
export function pick<K extends string>(rows: Row[], ...columns: K[]): Plain[][] {
  return rows.map((row) => columns.map((column) => row[column] ?? null));
}
