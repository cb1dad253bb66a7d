import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Shown, viewsOf } from '../model/views.ts';
import { shownAfter } from '../promises/shown.ts';
import { type History, history } from '../views/history.ts';
import { parentsOf, rowsOf, rowsOfAll } from '../views/history-rows.ts';
import { NOW_MS, type Row, TABLES } from '../views/rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from '../views/warehouse.ts';

const HISTORIES = 200;
/** Within the time that a test may take. */
const SHRINK_MS = 15_000;
const MODELLED = [
  ...([
    'friends',
    'current_friends',
    'dispatch_progress',
    'friend_changes',
    'daily_cost',
    'order_health',
    'parent_freshness',
  ] as const),
];

openWarehouse();

test(`the views of ${HISTORIES} random histories are what the model says`, async () => {
  const seed = fc.sample(fc.noBias(fc.integer()), 1)[0] ?? 0;
  const histories = fc.sample(history, { seed, numRuns: HISTORIES });
  // One warehouse with all histories: their ids tell them apart.
  const warehouse = await emptyWarehouse();
  await warehouse.load(rowsOfAll(histories, NOW_MS));
  const shown = await shownBy(warehouse);
  const wrong = histories.findIndex((sketch, index) => {
    const ofHistory = (row: Row) =>
      row.job === `job-${index}` ||
      String(row.dispatch_id ?? row.last_dispatch_id).startsWith(`dispatch-${index}-`) ||
      (row.health !== undefined && parentsOf(index).includes(String(row.parent_id)));
    return differences(viewsOf(rowsOf(sketch, index, NOW_MS), NOW_MS), shown, ofHistory).length > 0;
  });
  if (wrong !== -1) await shrink(seed, wrong);
  expect(wrong, `seed ${seed}: alone, each history agrees`).toBe(-1);
  expect(kindsOf(shown), `seed ${seed}`).toEqual(expect.arrayContaining(KINDS));
});

test('and those of what the services leave behind in simulated worlds', async () => {
  const { rows, warehouse } = await shownAfter(9000, ['everything', 'delivery', 'moving', 'checks'], 24);
  const shown = await shownBy(warehouse);
  expect(differences(viewsOf(rows, Date.now()), shown)).toEqual([]);
  expect(MODELLED.filter((view) => shown[view].length < 20)).toEqual([]);
});

test('storing every row of every table twice, in another order, changes no view', async () => {
  const rows = rowsOfAll(fc.sample(history, { seed: 3, numRuns: 50 }), NOW_MS);
  const warehouse = await emptyWarehouse();
  const linesOf = async (view: (typeof VIEWS)[number]) =>
    (await warehouse.rows(view)).map((row) => JSON.stringify(row)).sort();
  const lines = () => Promise.all(VIEWS.map(linesOf));
  await warehouse.load(rows);
  const once = await lines();
  expect(once.filter((ofView) => ofView.length < 50)).toEqual([]);
  await warehouse.load(Object.fromEntries(TABLES.map((table) => [table, rows[table].toReversed()])));
  expect(await lines()).toEqual(once);
});

/** So that agreement is not that of empty views: all this must have occurred. */
const KINDS = [
  ...['checked', 'open', 'unaligned', 'sound', 'suspect', 'broken'],
  'not_in_archive',
  ...['complete', 'running', 'stopped', 'stalled', 'partial', 'unavailable', 'over_budget'],
  ...[
    'followed',
    'reappeared',
    'no_longer_listed',
    'withheld',
    'active',
    'suspended',
    'not_found',
    'unknown',
  ],
];

function kindsOf({ dispatch_progress, friend_changes, order_health }: Shown): unknown[] {
  const states = dispatch_progress.map(({ state }) => state);
  const health = order_health.map((row) => row.health);
  return [
    ...dispatch_progress.map(({ reason }) => reason),
    ...states,
    ...health,
    ...friend_changes.flatMap(({ change, status_of_friend }) => [change, status_of_friend]),
  ];
}

async function shownBy(warehouse: Warehouse): Promise<Shown> {
  const rows = MODELLED.map(async (view) => [view, await warehouse.rows(view)] as const);
  return Object.fromEntries(await Promise.all(rows)) as unknown as Shown;
}

/** Ends with the smallest history that goes wrong, as far as it is found in time, and with how to find it again. */
async function shrink(seed: number, wrong: number): Promise<void> {
  let index = 0;
  const holds = fc.asyncProperty(history, async (sketch: History) => {
    const rows = rowsOf(sketch, ++index, NOW_MS);
    const warehouse = await emptyWarehouse();
    await warehouse.load(rows);
    expect(differences(viewsOf(rows, NOW_MS), await shownBy(warehouse))).toEqual([]);
  });
  await fc.assert(holds, { seed, path: String(wrong), interruptAfterTimeLimit: SHRINK_MS });
}

/** By view, the rows that are missing and those that should not be there. */
function differences(expected: Shown, shown: Shown, isMeant = (_: Row) => true) {
  return MODELLED.flatMap((view) => {
    // The view's other columns are not looked at.
    const columns = Object.keys(expected[view][0] ?? {}).sort();
    const textOf = (row: Row) => JSON.stringify(columns.map((column) => [column, row[column] ?? null]));
    const [missing, unexpected] = [expected[view].map(textOf), [] as string[]];
    for (const text of shown[view].filter(isMeant).map(textOf)) {
      const at = missing.indexOf(text);
      if (at === -1) unexpected.push(text);
      else missing.splice(at, 1);
    }
    return missing.length + unexpected.length === 0 ? [] : [{ view, missing, unexpected }];
  });
}
