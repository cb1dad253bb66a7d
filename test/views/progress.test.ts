import { describe, expect, test } from 'vitest';
import { HOUR, minutesAgo, more, page, plan, type Rows } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const progress = (rows: Partial<Rows>) => shownOf(rows, 'dispatch_progress', 'dispatch_id');

const of = { dispatch: 'd', ago: 2 * HOUR };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], at: 50 });

describe('one row per dispatch', () => {
  test('of a finished dispatch it says what was planned, what came and what it cost', async () => {
    const rows = await progress({ dispatches: [plan(of)], completed_scrapes: [first, second] });
    expect(rows).toEqual([
      {
        run_id: 'run of d',
        job: 'daily',
        dispatch_id: 'd',
        dispatched_at: minutesAgo(2 * HOUR),
        parent_id: '1',
        parent_username: 'parent1',
        grandparent_id: null,
        grandparent_username: null,
        status: 'dispatched',
        state: 'complete',
        reason: null,
        total_pages: 2,
        pages_done: 2,
        friends_count: 4,
        friends_listed: 3,
        planned_cost_usd: 0.05,
        cost_usd: 0.04,
        first_completed_at: minutesAgo(60),
        last_completed_at: minutesAgo(50),
        planned_at: minutesAgo(2 * HOUR - 1),
        committed_cost_usd: 0.06,
      },
    ]);
  });

  test('a plan of which no page is stored has its row', async () => {
    expect(await progress({ dispatches: [plan(of)] })).toMatchObject([
      {
        state: 'running',
        pages_done: 0,
        friends_listed: 0,
        cost_usd: 0.01,
        first_completed_at: null,
        total_pages: 2,
      },
    ]);
  });

  test('pages of which no plan is stored have theirs, with the state that they show', async () => {
    expect(await progress({ completed_scrapes: [first, second] })).toMatchObject([
      {
        status: null,
        state: 'complete',
        parent_id: '1',
        total_pages: 2,
        planned_cost_usd: null,
        cost_usd: 0.03,
      },
    ]);
  });

  test('a run that Cloud Scheduler published twice, over budget both times, has one row', async () => {
    const rows = [plan(of, { status: 'over_budget' }), plan({ ...of, ago: 119 }, { status: 'over_budget' })];
    expect(await progress({ dispatches: rows })).toMatchObject([
      { dispatched_at: minutesAgo(119), state: 'over_budget' },
    ]);
  });

  test('every fetch of the dispatch was paid for, also outside the chain, and a duplicated row was not', async () => {
    const outside = page({ ...of, fetch: 'b1', friends: ['21', '22'], more: true, at: 59 });
    const rows = [first, second, outside, outside, second];
    const [row] = await progress({ dispatches: [plan(of), plan(of)], completed_scrapes: rows });
    expect(row).toMatchObject({ cost_usd: 0.06, friends_listed: 3, pages_done: 2 });
  });
});

describe('the plan is the newest planning that is no republication', () => {
  test('pages published again on later days change neither the plan nor its cost', async () => {
    const again = { republished: true, planned_cost_usd: 0.02, lookup_cost_usd: 0, total_pages: 7 };
    const rows = [
      plan(of, { ...again, planned_at: minutesAgo(20) }),
      plan(of, { ...again, planned_at: minutesAgo(10), status: 'over_budget', reason: 'no money' }),
      plan(of),
    ];
    expect(await progress({ dispatches: rows })).toMatchObject([
      {
        status: 'dispatched',
        state: 'running',
        reason: 'no money',
        total_pages: 2,
        planned_cost_usd: 0.05,
        cost_usd: 0.01,
      },
    ]);
  });

  test('a dispatch that was over budget at first has the plan of the day on which it was not', async () => {
    const rows = [
      plan(of, { status: 'over_budget', reason: 'no money', parent_id: null, planned_cost_usd: 9 }),
      plan(of, { planned_at: minutesAgo(30), lookup_cost_usd: 0.02 }),
    ];
    expect(await progress({ dispatches: rows })).toMatchObject([
      {
        status: 'dispatched',
        state: 'running',
        reason: null,
        parent_id: '1',
        planned_cost_usd: 0.05,
        cost_usd: 0.03,
      },
    ]);
  });

  test('what X said of the parent outweighs an earlier want of budget', async () => {
    const rows = [
      plan(of, { status: 'over_budget', reason: 'no money' }),
      plan(of, { status: 'suspended', reason: null, planned_at: minutesAgo(30) }),
    ];
    expect(await progress({ dispatches: rows })).toMatchObject([
      { state: 'unavailable', reason: 'suspended' },
    ]);
  });

  test('a plan that was stored so late that another was made and used changes nothing', async () => {
    const late = plan({ ...of, ago: 150 }, { total_pages: 9, planned_at: minutesAgo(130) });
    expect(
      await progress({ dispatches: [plan(of), late], completed_scrapes: [first, second] }),
    ).toMatchObject([
      { state: 'complete', dispatched_at: minutesAgo(2 * HOUR), total_pages: 2, friends_listed: 3 },
    ]);
  });

  test('a plan that was stored so late that the budget had refused the parent meanwhile is not shown as planned', async () => {
    const late = plan(of, { planned_at: minutesAgo(130) });
    const refusal = plan(of, { status: 'over_budget', reason: 'no money', planned_at: minutesAgo(110) });
    expect(await progress({ dispatches: [refusal, late] })).toMatchObject([
      { status: 'over_budget', state: 'over_budget', reason: 'no money' },
    ]);
  });
});

describe('money: what is expected, and what is committed at most', () => {
  const costs = async (...dispatches: Rows['dispatches']) =>
    (await progress({ dispatches })).map((row) => [row.planned_cost_usd, row.committed_cost_usd]);

  test('what was committed when the list went on adds to the plan, each time once', async () => {
    const [third, fourth] = [more(of, 2, { planned_at: minutesAgo(40) }), more(of, 3)];
    expect(await costs(plan(of), third, third, fourth)).toEqual([[0.09, 0.1]]);
    const again = { planned_at: minutesAgo(30), message_id: 'message 9' };
    expect(await costs(plan(of), third, { ...third, ...again })).toEqual([[0.07, 0.08]]);
  });

  test('what was refused when the list went on adds nothing', async () => {
    const refusal = more(of, 2, { status: 'over_budget', planned_cost_usd: 9, committed_cost_usd: 9 });
    expect(await costs(plan(of), refusal)).toEqual([[0.05, 0.06]]);
  });

  test('of what is not dispatched the look-up alone is committed', async () => {
    expect(await costs(plan(of, { status: 'over_budget' }))).toEqual([[0.05, 0.01]]);
    const unknown = { status: 'unknown', planned_cost_usd: null, committed_cost_usd: null };
    expect(await costs(plan(of, unknown))).toEqual([[null, 0.01]]);
  });

  test('of a plan of before there was a bound, what was expected', async () => {
    expect(await costs(plan(of, { committed_cost_usd: null, max_friends: null }))).toEqual([[0.05, 0.05]]);
  });
});
