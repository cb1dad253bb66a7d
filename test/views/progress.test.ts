import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, minutesAgo, page, plan, type Row, type Rows } from './rows.ts';
import { emptyWarehouse, openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const progress = (rows: Partial<Rows>) => shownOf(rows, 'dispatch_progress', 'dispatch_id');
/** The one row that is shown where a dispatch has these plannings and these pages. */
type Case = [what: string, dispatches: Row[], completed_scrapes: Row[], shown: Row];
const isShown = async (_: string, dispatches: Row[], completed_scrapes: Row[], shown: Row) =>
  expect(await progress({ dispatches, completed_scrapes })).toMatchObject([shown]);

const of = { dispatch: 'd', ago: 2 * HOUR };
const longAgo = { dispatch: 'd', ago: 3 * DAY };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], at: 50 });
const unavailable = { outcome: 'unavailable', reason: 'refused' };
const refused = page({ ...of, fetch: 'a2', lineage: ['a1'], at: 50 }, unavailable);
const overBudget = { status: 'over_budget', reason: 'no money' };

describe('one row per dispatch', () => {
  test('of a finished dispatch it says what was planned, what came and what it cost', async () => {
    const rows = await progress({ dispatches: [plan(of)], completed_scrapes: [first, second] });
    expect(rows).toEqual([
      {
        ...{ run_id: 'run of d', job: 'daily', dispatch_id: 'd', dispatched_at: minutesAgo(2 * HOUR) },
        ...{ parent_id: '1', parent_username: 'parent1', grandparent_id: null, grandparent_username: null },
        ...{ status: 'dispatched', state: 'complete', reason: null, total_pages: 2, pages_done: 2 },
        ...{ friends_count: 4, friends_listed: 3, planned_cost_usd: 0.05, cost_usd: 0.04 },
        ...{ first_completed_at: minutesAgo(60), last_completed_at: minutesAgo(50) },
        ...{ planned_at: minutesAgo(2 * HOUR - 1), committed_cost_usd: 0.06, is_final: true },
        ...{ mode: 'full', mode_reason: null, base_dispatch_id: null, fewer: null, more: null },
        origin: null,
      },
    ]);
  });

  const empty = { pages_done: 0, friends_listed: 0, first_completed_at: null, total_pages: 2 };
  const outside = page({ ...of, fetch: 'b1', friends: ['21', '22'], more: true, at: 59 });
  test.each<Case>([
    [
      'a plan of which no page is stored has its row',
      [plan(of)],
      [],
      { ...empty, state: 'running', cost_usd: 0.01 },
    ],
    [
      'pages of which no plan is stored have theirs, with the state that they show',
      [],
      [first, second],
      {
        ...{ status: null, state: 'complete', parent_id: '1', total_pages: 2 },
        ...{ planned_cost_usd: null, cost_usd: 0.03 },
      },
    ],
    [
      'a run that Cloud Scheduler published twice, over budget both times, has one row',
      [plan(of, overBudget), plan({ ...of, ago: 119 }, overBudget)],
      [],
      { dispatched_at: minutesAgo(119), state: 'over_budget' },
    ],
    [
      'every fetch of the dispatch was paid for, also outside the chain, and a duplicated row was not',
      [plan(of), plan(of)],
      [first, second, outside, outside, second],
      { cost_usd: 0.06, friends_listed: 3, pages_done: 2 },
    ],
  ])('%s', isShown);
});

describe('the plan is the newest planning that is no republication', () => {
  const again = { republished: true, planned_cost_usd: 0.02, lookup_cost_usd: 0, total_pages: 7 };
  test.each<Case>([
    [
      'pages published again on later days change neither the plan nor its cost',
      [
        plan(of, { ...again, planned_at: minutesAgo(20) }),
        plan(of, { ...again, ...overBudget, planned_at: minutesAgo(10) }),
        plan(of),
      ],
      [],
      {
        ...{ status: 'dispatched', state: 'running', reason: 'no money', total_pages: 2 },
        ...{ planned_cost_usd: 0.05, cost_usd: 0.01 },
      },
    ],
    [
      'a dispatch that was over budget at first has the plan of the day on which it was not',
      [
        plan(of, { ...overBudget, parent_id: null, planned_cost_usd: 9 }),
        plan(of, { planned_at: minutesAgo(30), lookup_cost_usd: 0.02 }),
      ],
      [],
      {
        ...{ status: 'dispatched', state: 'running', reason: null, parent_id: '1' },
        // With the look-up of the day on which there was no room.
        ...{ planned_cost_usd: 0.06, committed_cost_usd: 0.07, cost_usd: 0.03 },
      },
    ],
    [
      'what X said of the parent outweighs an earlier want of budget',
      [plan(of, overBudget), plan(of, { status: 'suspended', reason: null, planned_at: minutesAgo(30) })],
      [],
      { state: 'unavailable', reason: 'suspended' },
    ],
    [
      'a plan that was stored so late that another was made and used changes nothing',
      [plan(of), plan({ ...of, ago: 150 }, { total_pages: 9, planned_at: minutesAgo(130) })],
      [first, second],
      { state: 'complete', dispatched_at: minutesAgo(2 * HOUR), total_pages: 2, friends_listed: 3 },
    ],
    [
      'a plan that was stored so late that the budget had refused the parent meanwhile is not shown as planned',
      [plan(of, { ...overBudget, planned_at: minutesAgo(110) }), plan(of, { planned_at: minutesAgo(130) })],
      [],
      { status: 'over_budget', state: 'over_budget', reason: 'no money', is_final: false },
    ],
  ])('%s', isShown);
});

describe('state', () => {
  const old = page({ ...longAgo, fetch: 'a1', more: true, at: DAY + 5 });
  const late = page({ ...longAgo, fetch: 'a1', more: true, at: DAY - 30 });
  const lateOutside = page({ ...longAgo, fetch: 'b1', more: true, at: DAY - 30 });
  const again = { republished: true, planned_at: minutesAgo(DAY - 30) };
  const running = { state: 'running', is_final: false };
  const stalled = { state: 'stalled', is_final: false };
  test.each<Case>([
    ...['not_found', 'suspended', 'protected', 'unknown', 'duplicate'].map(
      (status): Case => [
        `unavailable, where ${status} was recorded and no page`,
        [plan(of, { status, reason: 'as X put it', parent_id: null })],
        [],
        { status, state: 'unavailable', reason: 'as X put it', is_final: status !== 'unknown' },
      ],
    ),
    [
      'unavailable, where the first page was refused',
      [plan(of)],
      [{ ...refused, page_number: 1, lineage: [] }],
      { state: 'unavailable', reason: 'refused', pages_done: 0, is_final: true },
    ],
    [
      'partial, where a later one was',
      [plan(of)],
      [first, refused],
      {
        ...{ state: 'partial', reason: 'refused', pages_done: 1, friends_listed: 2, is_final: true },
        last_completed_at: minutesAgo(50),
      },
    ],
    [
      'complete, although another copy of a page was refused',
      [],
      [first, second, { ...refused, fetch_id: 'b2' }],
      { state: 'complete', reason: null },
    ],
    [
      'not complete, where a page of the chain is missing',
      [],
      [second],
      { state: 'running', friends_listed: 1 },
    ],
    [
      'complete with no friends, where the list is empty',
      [],
      [page({ ...of, fetch: 'a1', at: 60 })],
      { state: 'complete', pages_done: 1, friends_listed: 0, cost_usd: 0 },
    ],
    ['stalled, where no plan has come for 24 hours', [plan(longAgo)], [], stalled],
    ['stalled, where neither a plan nor a page has', [plan(longAgo)], [old], stalled],
    ['stalled, where no page has', [], [old], stalled],
    [
      'partial and never stalled, where it was imported and its end is in no archive',
      [],
      [{ ...old, origin: 'import' }],
      { state: 'partial', reason: 'not_in_archive', is_final: true, pages_done: 1, origin: 'import' },
    ],
    [
      'complete, where the whole list was imported',
      [],
      [first, second].map((row) => ({ ...row, origin: 'import' })),
      { state: 'complete', reason: null, is_final: true, origin: 'import' },
    ],
    ['running again, where pages were published again', [plan(longAgo), plan(longAgo, again)], [], running],
    ['running again, where a page has come since', [plan(longAgo)], [late], running],
    [
      'running, where a page has come that is outside the chain',
      [],
      [old, lateOutside],
      { state: 'running', last_completed_at: minutesAgo(DAY + 5) },
    ],
    [
      'still stalled and says why, where pages were to be published again and the budget forbade it',
      [plan(longAgo), plan(longAgo, { ...overBudget, republished: true, planned_at: minutesAgo(5) })],
      [],
      { state: 'stalled', reason: 'no money' },
    ],
  ])('%s', isShown);
});

describe('what an operator has said of a run', () => {
  const word = (is_stopped: boolean, ago: number, run_id: string | null = 'run of d'): Row => ({
    ...{ run_id, is_stopped, said_at: minutesAgo(ago), reason: null },
  });
  const [stop, go] = [true, false];
  const late = page({ ...longAgo, fetch: 'a1', friends: ['11'], more: true, at: 3 * DAY - 60 });
  const end = page({ ...longAgo, fetch: 'a2', lineage: ['a1'], at: 3 * DAY - 70 });
  type Said = [what: string, stops: Row[], state: string, pages?: Row[]];
  test.each<Said>([
    [
      'stopped, as long as it is, also where nothing moves for days',
      [word(stop, 2 * DAY)],
      'stopped',
      [late],
    ],
    ['stopped, where all runs are', [word(stop, 2 * DAY, null)], 'stopped'],
    ['stopped, where the run goes on and all runs do not', [word(go, 5), word(stop, 10, null)], 'stopped'],
    ['stopped, where all runs go on and this one does not', [word(stop, 10), word(go, 5, null)], 'stopped'],
    ['running, as soon as it goes on', [word(stop, 2 * DAY), word(go, 5)], 'running', [late]],
    ['running, as soon as all runs do', [word(stop, 2 * DAY, null), word(go, 5, null)], 'running'],
    [
      'stalled, where it went on a day ago, and nothing came',
      [word(stop, 2 * DAY), word(go, DAY + 5)],
      'stalled',
    ],
    ['stalled, where another run is stopped', [word(stop, 5, 'another run')], 'stalled'],
    ['complete, once its list has ended, whatever is stopped', [word(stop, 5)], 'complete', [late, end]],
  ])('shows it as %s', async (_, stops, state, completed_scrapes = []) => {
    const rows = { dispatches: [plan(longAgo)], completed_scrapes, stops };
    const is_final = state === 'complete';
    expect(await progress(rows)).toMatchObject([{ state, is_final }]);
    expect(await shownOf(rows, 'parent_freshness')).toMatchObject([{ last_state: state }]);
  });
});

test('the daily watch fails for what has stalled, and for nothing else', async () => {
  const text = readFileSync(`${import.meta.dirname}/../../infra/terraform/stalled.sql`, 'utf8');
  const watch = async (dispatches: Row[], stops: Row[] = []) => {
    const warehouse = await emptyWarehouse();
    await warehouse.load({ dispatches, stops });
    return warehouse.query((dataset) => text.replaceAll('$' + '{dataset}', dataset));
  };
  const longOver = plan(longAgo, { status: 'suspended', parent_id: null });
  expect(await watch([plan(of), longOver])).toEqual([{ result: 'none stalled' }]);
  await expect(watch([plan(longAgo)])).rejects.toThrow(/^1 dispatches have stalled/);
  const stop = { run_id: 'run of d', is_stopped: true, said_at: minutesAgo(2 * DAY), reason: null };
  expect(await watch([plan(longAgo)], [stop])).toEqual([{ result: 'none stalled' }]);
});
