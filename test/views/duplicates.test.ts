import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { history, rowsOf } from './history.ts';
import { NOW_MS, noRows, type Rows, TABLES } from './rows.ts';
import { type Bench, startBench, VIEWS } from './warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const HISTORIES = 50;

function rowsOfMany(): Rows {
  const rows = noRows();
  for (const [index, sketch] of fc.sample(history, { seed: 3, numRuns: HISTORIES }).entries()) {
    const more = rowsOf(sketch, index, NOW_MS);
    for (const table of TABLES) rows[table].push(...more[table]);
  }
  return rows;
}

test('storing every row of every table twice, in another order, changes no view', async () => {
  const rows = rowsOfMany();
  const [once, twice] = [await bench.warehouse(), await bench.warehouse()];
  await once.load(rows);
  await twice.load(rows);
  await twice.load(Object.fromEntries(TABLES.map((table) => [table, rows[table].toReversed()])));
  for (const view of VIEWS) {
    const shown = (await once.rows(view)).map((row) => JSON.stringify(row)).sort();
    expect(shown.length, view).toBeGreaterThan(HISTORIES);
    expect((await twice.rows(view)).map((row) => JSON.stringify(row)).sort(), view).toEqual(shown);
  }
});
