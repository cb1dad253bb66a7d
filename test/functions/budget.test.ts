import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Budget } from '../../functions/pagedispatch/budget.ts';
import { DAY_MS } from '../../shared/times.ts';
import { pageRow } from '../support/warehouse.ts';
import { type InProcess, startInProcess } from './in-process.ts';

const NONE = { requestUsd: null, runUsd: null, dayUsd: null, runPages: 1000 };
const NOTHING = { runUsd: 0, dayUsd: 0, runPages: 0 };
const pagesOf = (usd: number, pages = 1) => ({ usd, pages, of: 'run-and-day' }) as const;
const again = (usd: number) => ({ usd, pages: 0, of: 'day' }) as const;

describe('a budget', () => {
  test('without caps takes everything', () => {
    expect(new Budget(NONE, NOTHING).take(pagesOf(1e9))).toBeNull();
  });

  test.each([
    ['maxCostUsd of the request', { requestUsd: 1 }],
    ['MAX_RUN_COST_USD', { runUsd: 1 }],
    ['DAILY_BUDGET_USD', { dayUsd: 1 }],
  ])('takes what just reaches %s, and names it when it refuses', (name, cap) => {
    const budget = new Budget({ ...NONE, ...cap }, NOTHING);
    expect(budget.take(pagesOf(0.4))).toBeNull();
    expect(budget.take(pagesOf(0.6))).toBeNull();
    expect(budget.take(pagesOf(0.01))).toBe(`$0.01 on top of $1.00 committed would pass ${name} of $1.00`);
  });

  test('counts what is committed already, of the run and of the day each for itself', () => {
    const committed = { runUsd: 6, dayUsd: 8, runPages: 0 };
    expect(new Budget({ ...NONE, runUsd: 7 }, committed).take(pagesOf(1))).toBeNull();
    expect(new Budget({ ...NONE, runUsd: 7 }, committed).take(pagesOf(1.01))).toMatch('MAX_RUN_COST_USD');
    expect(new Budget({ ...NONE, dayUsd: 9 }, committed).take(pagesOf(1))).toBeNull();
    expect(new Budget({ ...NONE, dayUsd: 9 }, committed).take(pagesOf(1.01))).toMatch('DAILY_BUDGET_USD');
  });

  test('commits nothing of what it refuses: a smaller expense still fits', () => {
    const budget = new Budget({ ...NONE, runUsd: 1 }, NOTHING);
    expect(budget.take(pagesOf(5))).not.toBeNull();
    expect(budget.take(pagesOf(1))).toBeNull();
  });

  test('counts pages of an old run on the day alone', () => {
    const budget = new Budget({ ...NONE, requestUsd: 1, runUsd: 1, dayUsd: 4 }, { ...NOTHING, runUsd: 1 });
    expect(budget.take(again(3))).toBeNull();
    expect(budget.take(again(1.01))).toMatch('DAILY_BUDGET_USD');
    expect(budget.take(pagesOf(0.01))).toMatch('maxCostUsd');
  });

  test('refuses pages beyond what can be fetched before the messages expire', () => {
    const budget = new Budget({ ...NONE, runPages: 10 }, { ...NOTHING, runPages: 7 });
    expect(budget.take(pagesOf(0, 3))).toBeNull();
    expect(budget.take(pagesOf(0, 1))).toMatch(/more than the 10 pages/);
  });

  test('a cap of 0 is a cap: only what costs nothing fits', () => {
    const budget = new Budget({ ...NONE, requestUsd: 0 }, NOTHING);
    expect(budget.take(pagesOf(0))).toBeNull();
    expect(budget.take(pagesOf(0.000001))).not.toBeNull();
  });

  test('is exact: a thousand times a cent is ten dollars', () => {
    const budget = new Budget({ ...NONE, runUsd: 10 }, NOTHING);
    for (let cent = 0; cent < 1000; cent++) expect(budget.take(pagesOf(0.01))).toBeNull();
    expect(budget.take(pagesOf(0.01))).not.toBeNull();
  });
});

describe('parents beyond a cap are over_budget in the order given, and nothing of them is published', () => {
  let on: InProcess;
  beforeAll(async () => {
    on = await startInProcess();
  });
  afterAll(() => on.close());

  /** Ten friends each, and five more that may have been added: $0.15; looked up for $0.01 unless given. */
  const given = (number: number) => ({ username: `parent_${number}_10`, id: `${number}`, friendsCount: 10 });
  const unknown = (number: number) => `parent_${number}_10`;
  const chunk = (runId: string, parents: unknown[], index = 0) => ({
    ...{ job: { name: 'caps' }, runId, dispatchedAt: '2026-01-15T08:00:00Z', parents },
    ...{ chunk: { index, of: 2 }, messageId: `${runId}/${index}` },
  });
  const statuses = async (runId: string) => {
    const rows = await on.select(
      `SELECT parent_username AS name, status FROM dispatches WHERE run_id = '${runId}' ORDER BY planned_at, name`,
    );
    return rows.map(({ name, status }) => `${String(name).split('_')[1]} ${status}`);
  };
  const published = () =>
    on
      .pages()
      .map((page) => page.parent.username.split('_')[1])
      .sort();

  test('across the chunks of a request', async () => {
    const plan = on.instance('pagedispatch', {});
    for (const index of [0, 1]) {
      const parents = [1, 2, 3].map((number) => given(3 * index + number));
      await plan({ ...chunk('chunks', parents, index), maxCostUsd: 0.6 });
    }
    const over = ['5 over_budget', '6 over_budget'];
    expect(await statuses('chunks')).toEqual([
      ...[1, 2, 3, 4].map((number) => `${number} dispatched`),
      ...over,
    ]);
    expect(published()).toEqual(['1', '2', '3', '4']);
  });

  test('what look-ups cost counts first', async () => {
    await on.instance('pagedispatch', { MAX_RUN_COST_USD: '0.19' })(
      chunk('look-ups', [1, 2, 3, 4].map(unknown)),
    );
    const over = [2, 3, 4].map((number) => `${number} over_budget`);
    expect(await statuses('look-ups')).toEqual(['1 dispatched', ...over]);
    expect(published()).toEqual(['1']);
  });

  test('nobody is looked up whose look-up does not fit', async () => {
    const before = on.simulator.calls.users;
    await on.instance('pagedispatch', { MAX_RUN_COST_USD: '0.03' })(chunk('poor', [1, 2, 3, 4].map(unknown)));
    expect(on.simulator.calls.users - before).toBe(3);
    const [last] = await on.select(
      "SELECT reason FROM dispatches WHERE run_id = 'poor' AND parent_id IS NULL AND status = 'over_budget'",
    );
    expect(last?.reason).toMatch(
      /^its look-up: \$0.01 on top of \$0.03 committed would pass MAX_RUN_COST_USD/,
    );
    expect(published()).toEqual([]);
  });

  test('across runs of one UTC day, and the next day has its own', async () => {
    const plan = on.instance('pagedispatch', { DAILY_BUDGET_USD: '1.5' });
    on.clock.pass(DAY_MS);
    for (const run of ['a', 'b', 'c']) await plan(chunk(run, [1, 2, 3, 4].map(given)));
    expect((await statuses('c')).map((row) => row.split(' ')[1])).toEqual([
      ...['dispatched', 'dispatched', 'over_budget', 'over_budget'],
    ]);
    on.clock.pass(DAY_MS);
    await plan({ ...chunk('c', [1, 2, 3, 4].map(given)), messageId: 'again' });
    expect(published()).toHaveLength(4 + 4 + 2 + 4);
  });

  test('pages of an old run that are published again count on the day on which they are', async () => {
    on.clock.pass(DAY_MS);
    await on.instance('pagedispatch', {})(chunk('old', [1, 2, 3].map(given)));
    const [row] = await on.select(
      "SELECT * FROM dispatches WHERE run_id = 'old' AND parent_username = 'parent_1_10'",
    );
    const dispatched = { run_id: 'old', dispatched_at: '2026-01-15T08:00:00.000Z' };
    const end = { ...dispatched, dispatch_id: String(row?.dispatch_id), parent_id: '1', next_token: null };
    await on.scrapes.append(pageRow(end));
    on.pages();

    on.clock.pass(DAY_MS);
    await on.instance('pagedispatch', { DAILY_BUDGET_USD: '0.2' })({
      ...chunk('old', [1, 2, 3].map(given)),
      messageId: 'backfill',
    });
    // The first is complete and costs nothing; of the two others one fits.
    expect(published()).toEqual(['2']);
    expect((await statuses('old')).slice(3)).toEqual(['2 dispatched', '3 over_budget']);
  });

  test('also those of a message that has the id of the one that planned them: an emulator began anew', async () => {
    on.clock.pass(DAY_MS);
    const published = () => ({ publishTime: new Date(on.clock.now()).toISOString() });
    await on.instance('pagedispatch', {})({ ...chunk('anew', [given(1)]), ...published() });
    on.pages();
    on.clock.pass(DAY_MS);
    const poor = on.instance('pagedispatch', { DAILY_BUDGET_USD: '0.1' });
    await poor({ ...chunk('anew', [given(1)]), ...published() });
    expect(on.pages()).toEqual([]);
    expect(await statuses('anew')).toEqual(['1 dispatched', '1 over_budget']);
  });

  test('a run that could not be fetched within the retention is refused with the reason', async () => {
    const limits = { RETENTION_DAYS: '1', X_WINDOW_SECONDS: '86400', X_CALLS_PER_WINDOW: '2' };
    expect(await on.instance('pagedispatch', limits)(chunk('long', [1, 2, 3].map(given)))).toBe('rejected');
    const [row] = await on.select("SELECT errors FROM rejected_messages WHERE message_id = 'long/0'");
    expect(String(row?.errors)).toMatch(/needs at least 3 pages, but only 2 can be fetched in the 1 days/);
    expect(published()).toEqual([]);
  });
});
