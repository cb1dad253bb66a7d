import { beforeAll, describe, expect, test } from 'vitest';
import { timesOf } from '../simulation/simulated.ts';
import { openWarehouse } from '../views/warehouse.ts';
import { type Shown, shownAfter, worldOf } from './shown.ts';

const WORLDS = 45;

let shown: Shown;
openWarehouse();
beforeAll(async () => {
  // test/simulation/checks/budget.ts adds up the plan at each row that lands, and fails where a cap is passed.
  shown = await shownAfter(5000, ['budget'], WORLDS);
});

describe('Budget: what is planned never passes a cap', () => {
  test('not that of the request, nor of a run, nor of a day, also where two chunks are planned at once', () => {
    const { tally } = shown;
    for (const cap of ['cap of the request', 'cap on the run', 'cap on the day', 'two chunks at once'])
      expect(timesOf(tally, new RegExp(`^${cap}$`)), cap).toBeGreaterThan(5);
    expect(timesOf(tally, /^ended over_budget/), 'parents refused').toBeGreaterThan(20);
    expect(timesOf(tally, /^ended complete/), 'parents that fitted').toBeGreaterThan(20);
  });

  test('by the view that a person looks at: no day of daily_cost passes its budget', async () => {
    const days = await shown.warehouse.rows('daily_cost');
    const planned = Map.groupBy(days, ({ day, job }) => `${worldOf(job)} ${day}`);
    let near = 0;
    for (const [key, rows] of planned) {
      const cap = shown.dailyBudgets.get(key.split(' ')[0] ?? '');
      if (cap === undefined) continue;
      const usd = rows.reduce((sum, row) => sum + Number(row.planned_cost_usd), 0);
      expect(usd, key).toBeLessThanOrEqual(cap + 1e-9);
      if (usd > cap / 2) near++;
    }
    expect(near, 'days of which more than half of the budget is planned').toBeGreaterThan(3);
  });

  test('and what is refused is refused before a page of it is published: nothing of it was bought', async () => {
    const rows = await shown.warehouse.rows('dispatch_progress');
    const refused = rows.filter(({ state }) => state === 'over_budget');
    expect(refused.length).toBeGreaterThan(20);
    for (const { dispatch_id, pages_done, friends_listed } of refused)
      expect([pages_done ?? 0, friends_listed ?? 0], String(dispatch_id)).toEqual([0, 0]);
  });
});
