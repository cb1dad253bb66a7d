import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { history, rowsOfAll } from '../views/history.ts';
import { minutesAgo, NOW_MS, type Row } from '../views/rows.ts';
import { closeWarehouse, emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from '../views/warehouse.ts';
import { PROVIDED, paramsOf } from './providers.ts';
import { catalogOf, evaluateViews, type Tables } from './shipped.ts';
import { startZetaSql, type ZetaSql } from './zetasql.ts';

const HISTORIES = 25;
const SEED = 7;

let zetasql: ZetaSql;
let catalog: Tables;
let local: Warehouse;
/** All rows of tables and views, as the reference evaluator has them. */
let reference: Record<string, Row[]>;

beforeAll(async () => {
  [zetasql] = await Promise.all([startZetaSql(), openWarehouse()]);
  catalog = await catalogOf(zetasql);
  const rows = rowsOfAll(fc.sample(history, { seed: SEED, numRuns: HISTORIES }), NOW_MS);
  local = await emptyWarehouse();
  await local.load(rows);
  reference = await evaluateViews(zetasql, catalog, rows);
});
afterAll(() => Promise.all([closeWarehouse(), zetasql?.stop()]));

const texts = (rows: Row[] | undefined) => (rows ?? []).map((row) => JSON.stringify(row)).sort();

test.each(VIEWS)("the local stack shows in %s what Google's evaluator shows", async (view) => {
  const shown = texts(await local.rows(view));
  expect(shown.length).toBeGreaterThan(HISTORIES);
  expect(shown).toEqual(texts(reference[view]));
});

/** Values that occur in the histories; a text with another parameter needs one here. */
const VALUES: Record<string, string | string[]> = {
  since: minutesAgo(90 * 24 * 60),
  day: minutesAgo(60 * 24 * 60),
  next_day: minutesAgo(-24 * 60),
  run_id: 'run-0-0',
  run_ids: ['run-0-0', 'run-1-0', 'run-2-0'],
  dispatch_id: 'dispatch-0-0',
  dispatch_ids: ['dispatch-0-0', 'dispatch-1-0', 'dispatch-2-0'],
  parent: '7',
  parent_id: '7',
  parents: ['7', '107', '208'],
  parent_ids: ['7', '107', '208'],
  role: 'vanished_friend',
  id: '3',
  username: 'user0_3_0',
};

test.each(PROVIDED)("and gives $name the rows that Google's evaluator gives", async (provided) => {
  const params = paramsOf(provided).map((param) => ({ ...param, value: VALUES[param.name] ?? null }));
  expect(params.filter(({ value }) => value === null)).toEqual([]);
  const values = Object.fromEntries(params.map(({ name, value }) => [name, value]));
  const sql = provided.sql('DATASET').replaceAll('DATASET.', '');
  const tables = catalog.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(sql));
  const expected = await zetasql.evaluate({ sql, tables, params }, reference);
  expect(texts(await local.query(provided.sql, values, provided.params))).toEqual(texts(expected));
});
