import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Shown, viewsOf } from '../model/views.ts';
import { type History, history } from './history.ts';
import { rowsOf, rowsOfAll } from './history-rows.ts';
import { NOW_MS, type Row, TABLES } from './rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from './warehouse.ts';

const HISTORIES = 200;
/** Within the time that a test may take. */
const SHRINK_MS = 15_000;
const COMPARED = ['friends', 'current_friends', 'dispatch_progress', 'friend_changes'] as const;

openWarehouse();

test(`the views of ${HISTORIES} random histories are what the model says`, async () => {
  const seed = fc.sample(fc.noBias(fc.integer()), 1)[0] ?? 0;
  const histories = fc.sample(history, { seed, numRuns: HISTORIES });
  const shown = await shownOf(histories);
  const wrong = histories.findIndex((sketch, index) => differences(sketch, index, shown).length > 0);
  if (wrong !== -1) await shrink(seed, wrong);
  expect(wrong, `seed ${seed}: alone, each history agrees`).toBe(-1);
  expect(kindsOf(shown), `seed ${seed}`).toEqual(expect.arrayContaining(KINDS));
});

test('storing every row of every table twice, in another order, changes no view', async () => {
  const rows = rowsOfAll(fc.sample(history, { seed: 3, numRuns: 50 }), NOW_MS);
  const warehouse = await emptyWarehouse();
  const shown = async () =>
    Promise.all(
      VIEWS.map(async (view) => (await warehouse.rows(view)).map((row) => JSON.stringify(row)).sort()),
    );
  await warehouse.load(rows);
  const once = await shown();
  expect(once.filter((lines) => lines.length < 50)).toEqual([]);
  await warehouse.load(Object.fromEntries(TABLES.map((table) => [table, rows[table].toReversed()])));
  expect(await shown()).toEqual(once);
});

/** So that agreement is not that of empty views: all this must have occurred. */
const KINDS = [
  ...['complete', 'running', 'stalled', 'partial', 'unavailable', 'over_budget'],
  ...['followed', 'reappeared', 'no_longer_listed', 'active', 'suspended', 'not_found', 'unknown'],
];

function kindsOf(shown: Shown): unknown[] {
  const of = (rows: Row[], column: string) => rows.map((row) => row[column]);
  const { dispatch_progress, friend_changes } = shown;
  const kinds = [
    ...of(dispatch_progress, 'state'),
    ...of(friend_changes, 'change'),
    ...of(friend_changes, 'status_of_friend'),
  ];
  return [...new Set(kinds)];
}

/** One warehouse with all histories: their ids tell them apart. */
async function shownOf(histories: History[]): Promise<Shown> {
  const warehouse = await emptyWarehouse();
  await warehouse.load(rowsOfAll(histories, NOW_MS));
  return shownBy(warehouse);
}

async function shownBy(warehouse: Warehouse): Promise<Shown> {
  const [friends = [], current_friends = [], dispatch_progress = [], friend_changes = []] = await Promise.all(
    COMPARED.map((view) => warehouse.rows(view)),
  );
  return { friends, current_friends, dispatch_progress, friend_changes };
}

/** Ends with the smallest history that goes wrong, as far as it is found in time, and with how to find it again. */
async function shrink(seed: number, wrong: number): Promise<void> {
  let index = 0;
  const holds = fc.asyncProperty(history, async (sketch) => {
    const warehouse = await emptyWarehouse();
    await warehouse.load(rowsOf(sketch, ++index, NOW_MS));
    expect(differences(sketch, index, await shownBy(warehouse))).toEqual([]);
  });
  await fc.assert(holds, { seed, path: String(wrong), interruptAfterTimeLimit: SHRINK_MS });
}

interface Difference {
  view: string;
  missing: Row[];
  unexpected: Row[];
}

function differences(sketch: History, index: number, shown: Shown): Difference[] {
  const expected = viewsOf(rowsOf(sketch, index, NOW_MS), NOW_MS);
  return COMPARED.flatMap((view) => {
    const ofHistory = shown[view].filter((row) => String(row.dispatch_id).startsWith(`dispatch-${index}-`));
    return compared(view, expected[view], ofHistory);
  });
}

/** The model names the columns that it knows; the view's others are not looked at. */
function compared(view: string, expected: Row[], shown: Row[]): Difference[] {
  const columns = Object.keys(expected[0] ?? {}).sort();
  const textOf = (row: Row) => JSON.stringify(columns.map((column) => [column, row[column] ?? null]));
  const counts = new Map<string, number>();
  for (const row of expected) counts.set(textOf(row), (counts.get(textOf(row)) ?? 0) + 1);
  const unexpected = shown.filter((row) => {
    const left = counts.get(textOf(row)) ?? 0;
    counts.set(textOf(row), left - 1);
    return left <= 0;
  });
  const missing = expected.filter((row) => (counts.get(textOf(row)) ?? 0) > 0);
  return missing.length + unexpected.length === 0 ? [] : [{ view, missing, unexpected }];
}
