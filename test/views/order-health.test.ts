import { expect, test } from 'vitest';
import { check } from './check-rows.ts';
import { list } from './lists.ts';
import { DAY, minutesAgo, type Row } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

type Counts = [compared: number, displaced: number, newOnTop: number, newBelow: number];

/** Reads of one parent, ten minutes apart, that were compared so. */
const reads = (counts: Counts[]): Row[] =>
  counts.map(([compared, displaced, new_on_top, new_below], at) => ({
    ...list(`read ${at}`, 900 - 10 * at, ['11']),
    list_order: { compared, displaced, new_on_top, new_below },
  }));

const SUMS = { compared: 2000, displaced: 0, new_on_top: 5, new_below: 1 };

test.each<[what: string, counts: Counts[], shown: Row]>([
  [
    'sound, where everybody is in place',
    [
      [1000, 0, 4, 0],
      [1000, 0, 1, 1],
    ],
    { ...SUMS, reads: 2, health: 'sound' },
  ],
  [
    'suspect, where one friend was out of its place',
    [[1000, 1, 0, 0]],
    { in_place_share: 0.999, health: 'suspect' },
  ],
  ['suspect, however few were compared', [[2, 2, 0, 0]], { in_place_share: 0, health: 'suspect' }],
  [
    'broken, where it befell three reads',
    [
      [1000, 1, 0, 0],
      [1000, 1, 0, 0],
      [1000, 2, 0, 0],
    ],
    { health: 'broken' },
  ],
  ['broken, where more than one in a hundred was', [[200, 3, 0, 0]], { health: 'broken' }],
  ['and not, where it was one in a hundred', [[300, 3, 0, 0]], { health: 'suspect' }],
  [
    'broken, where new friends stand elsewhere',
    [[100, 0, 4, 5]],
    { new_on_top_share: 4 / 9, health: 'broken' },
  ],
  ['and not, where they may have returned', [[100, 0, 4, 4]], { new_on_top_share: 0.5, health: 'sound' }],
  [
    'sound, with no share, where there was nobody',
    [[0, 0, 0, 0]],
    { in_place_share: null, new_on_top_share: null, health: 'sound' },
  ],
])('the order of a list is %s', async (_, counts, expected) => {
  const shown = await shownOf({ completed_scrapes: reads(counts) }, 'order_health');
  expect(shown).toMatchObject([{ parent_id: '1', parent_username: 'parent1', ...expected }]);
});

test('only reads that have ended count, once each, and none of more than 180 days ago', async () => {
  const list_order = { compared: 10, displaced: 1, new_on_top: 0, new_below: 0 };
  const sound = { ...check('b', 80, ['11']), list_order: { ...list_order, displaced: 0 } };
  const goesOn = { ...check('c', 70, ['11'], { endedBy: null }), list_order };
  const old = { ...list('a', 181 * DAY, ['11'], { ago: 181 * DAY }), list_order };
  const shown = await shownOf({ completed_scrapes: [sound, sound, goesOn, old] }, 'order_health');
  expect(shown).toMatchObject([{ reads: 1, compared: 10, health: 'sound', last_read_at: minutesAgo(80) }]);
});
