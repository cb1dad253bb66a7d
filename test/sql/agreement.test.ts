import { BigQuery } from '@google-cloud/bigquery';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { history } from '../views/history.ts';
import { rowsOfAll } from '../views/history-rows.ts';
import { DAY, minutesAgo, NOW_MS, type Plain, type Row } from '../views/rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from '../views/warehouse.ts';
import { PROVIDED, type Provided, paramsOf } from './providers.ts';
import { catalogOf, evaluateViews, type Tables } from './shipped.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

const HISTORIES = 25;
const SEED = 7;

let zetasql: ZetaSql;
let catalog: Tables;
let local: Warehouse;
/** All rows of tables and views, as the reference evaluator has them. */
let reference: Record<string, Row[]>;

openWarehouse();
beforeAll(async () => {
  zetasql = await startZetaSql();
  catalog = await catalogOf(zetasql);
  const rows = rowsOfAll(fc.sample(history, { seed: SEED, numRuns: HISTORIES }), NOW_MS);
  local = await emptyWarehouse();
  await local.load(rows);
  reference = await evaluateViews(zetasql, catalog, rows);
});
afterAll(() => zetasql?.stop());

const texts = (rows: Row[] | undefined) => (rows ?? []).map((row) => JSON.stringify(row)).sort();

test.each(VIEWS)("the local stack shows in %s what Google's evaluator shows", async (view) => {
  const shown = texts(await local.rows(view));
  expect(shown.length).toBeGreaterThan(HISTORIES);
  expect(shown).toEqual(texts(reference[view]));
});

/** Values that occur in the histories, by the name of the parameter. A text with another parameter needs one here. */
function valuesFor({ name }: Provided): Record<string, string | string[] | null> {
  const of = (rows: Row[] | undefined, column: string) => (rows ?? []).map((row) => String(row[column]));
  const complete = reference.dispatch_progress?.filter(
    (row) => row.state === 'complete' && row.status === 'dispatched',
  );
  const observed = reference.account_metadata?.slice(0, 1);
  const some = (column: string) => of(complete, column).slice(0, 4);
  const [dispatch_id = ''] = name.startsWith('getmetadata')
    ? of(observed, 'dispatch_id')
    : some('dispatch_id');
  return {
    since: minutesAgo(90 * DAY),
    until: minutesAgo(-DAY),
    day: minutesAgo(60 * DAY),
    next_day: minutesAgo(-DAY),
    run_id: some('run_id')[0] ?? '',
    run_ids: some('run_id'),
    dispatch_id,
    dispatch_ids: some('dispatch_id'),
    parent: some('parent_id')[0] ?? '',
    parent_id: some('parent_id')[0] ?? '',
    parents: of(complete, 'parent_id'),
    parent_ids: some('parent_id'),
    role: 'vanished_friend',
    id: of(observed, 'requested_id')[0] ?? '',
    username: null,
  };
}

test.each(PROVIDED)("and gives $name the rows that Google's evaluator gives", async (provided) => {
  const values = valuesFor(provided);
  const params = paramsOf(provided).map((param) => ({ ...param, value: values[param.name] ?? null }));
  expect(params.filter(({ name }) => !(name in values))).toEqual([]);
  const sql = provided.sql('DATASET').replaceAll('DATASET.', '');
  const tables = catalog.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(sql));
  const expected = await zetasql.evaluate({ sql, tables, params }, reference);
  expect(expected).not.toEqual([]);
  expect(texts(await local.query(provided.sql, sent(params), provided.params))).toEqual(texts(expected));
});

/** As the client wants them: it sends a TIMESTAMP that is given as text as NULL, without a word. */
function sent(params: { name: string; type: { type: string }; value: Plain }[]): Record<string, unknown> {
  return Object.fromEntries(
    params.map(({ name, type, value }) => [
      name,
      type.type === 'TIMESTAMP' ? BigQuery.timestamp(String(value)) : value,
    ]),
  );
}
