import { beforeAll, describe, expect, test } from 'vitest';
import { timesOf } from '../simulation/simulated.ts';
import type { Row } from '../views/rows.ts';
import { openWarehouse, type ViewName } from '../views/warehouse.ts';
import { type Shown, shownAfter } from './shown.ts';

const WORLDS = 8;

let shown: Shown;
openWarehouse();
beforeAll(async () => {
  shown = await shownAfter(2000, ['delivery', 'warehouse', 'moving', 'everything'], WORLDS);
});

/** Those keys that more than one row has. */
function doubles(rows: Row[], columns: string[]): string[] {
  const groups = Map.groupBy(rows, (row) => columns.map((column) => row[column]).join(' '));
  return [...groups].filter(([, of]) => of.length > 1).map(([key]) => key);
}

describe('No double rows in any view, whatever is delivered twice, late, out of order, or side by side', () => {
  test('the tables have doubles of every kind, and messages came in every disorder', () => {
    const { completed_scrapes: pages, dispatches, account_metadata: metadata } = shown.rows;
    expect(doubles(pages, ['dispatch_id', 'page_number']).length, 'pages fetched twice').toBeGreaterThan(5);
    expect(doubles(pages, ['dispatch_id', 'fetch_id']).length, 'rows stored twice').toBeGreaterThan(5);
    expect(doubles(dispatches, ['dispatch_id']).length, 'plans stored twice').toBeGreaterThan(0);
    expect(doubles(metadata, ['dispatch_id', 'observed_at']).length).toBeGreaterThan(0);
    const { tally } = shown;
    for (const disorder of [/^duplicate at once/, /^duplicate later/, /^delivered late/, /^side by side/])
      expect(timesOf(tally, disorder), String(disorder)).toBeGreaterThan(5);
  });

  /** What a row of each view is: a second row with the same key would be a double. */
  test.each<[ViewName, string[]]>([
    ['scrape_history', ['dispatch_id', 'fetch_id']],
    ['dispatch_progress', ['dispatch_id']],
    ['friends', ['dispatch_id', 'friend_id']],
    ['current_friends', ['parent_id', 'friend_id']],
    ['friend_changes', ['dispatch_id', 'friend_id']],
    ['account_history', ['account_id', 'username', 'dispatch_id', 'role', 'observed_at']],
    ['daily_cost', ['day', 'job']],
  ])('%s has one row for each %j', async (view, key) => {
    const rows = await shown.warehouse.rows(view);
    expect(rows.length).toBeGreaterThan(0);
    expect(doubles(rows, key)).toEqual([]);
  });

  test('scrape_history shows one page of each number of a chain', async () => {
    const inChain = (await shown.warehouse.rows('scrape_history')).filter((row) => row.in_chain);
    expect(doubles(inChain, ['dispatch_id', 'page_number'])).toEqual([]);
  });
});
