import { describe, expect, test } from 'vitest';
import { DAY, HOUR, minutesAgo, more, page, plan, type Row, type Rows } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const progress = (rows: Partial<Rows>) => shownOf(rows, 'dispatch_progress', 'dispatch_id');

const of = { dispatch: 'd', ago: 2 * HOUR };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], at: 50 });
const refused = page(
  { ...of, fetch: 'a2', lineage: ['a1'], at: 50 },
  { outcome: 'unavailable', reason: 'refused' },
);
const longAgo = { dispatch: 'd', ago: 3 * DAY };

describe('state', () => {
  test.each(['not_found', 'suspended', 'protected', 'unknown', 'duplicate'])(
    'unavailable, where %s was planned and no page',
    async (status) => {
      const rows = [plan(of, { status, reason: 'as X put it', parent_id: null })];
      expect(await progress({ dispatches: rows })).toMatchObject([
        { status, state: 'unavailable', reason: 'as X put it' },
      ]);
    },
  );

  test('unavailable, where the first page was refused; partial, where a later one was', async () => {
    const atOnce = { ...refused, page_number: 1, lineage: [] };
    expect(await progress({ dispatches: [plan(of)], completed_scrapes: [atOnce] })).toMatchObject([
      { state: 'unavailable', reason: 'refused', pages_done: 0 },
    ]);
    expect(await progress({ dispatches: [plan(of)], completed_scrapes: [first, refused] })).toMatchObject([
      {
        state: 'partial',
        reason: 'refused',
        pages_done: 1,
        friends_listed: 2,
        last_completed_at: minutesAgo(50),
      },
    ]);
  });

  test('complete, although another copy of a page was refused', async () => {
    const copy = { ...refused, fetch_id: 'b2' };
    expect(await progress({ completed_scrapes: [first, second, copy] })).toMatchObject([
      { state: 'complete', reason: null },
    ]);
  });

  test('not complete, where a page of the chain is missing', async () => {
    expect(await progress({ completed_scrapes: [second] })).toMatchObject([
      { state: 'running', friends_listed: 1 },
    ]);
  });

  test('complete with no friends, where the list is empty', async () => {
    const empty = page({ ...of, fetch: 'a1', at: 60 });
    expect(await progress({ completed_scrapes: [empty] })).toMatchObject([
      { state: 'complete', pages_done: 1, friends_listed: 0, cost_usd: 0 },
    ]);
  });

  test('stalled, where neither a plan nor a page has come for 24 hours', async () => {
    const old = page({ ...longAgo, fetch: 'a1', more: true, at: DAY + 5 });
    expect(await progress({ dispatches: [plan(longAgo)] })).toMatchObject([{ state: 'stalled' }]);
    expect(await progress({ dispatches: [plan(longAgo)], completed_scrapes: [old] })).toMatchObject([
      { state: 'stalled' },
    ]);
    expect(await progress({ completed_scrapes: [old] })).toMatchObject([{ state: 'stalled' }]);
  });

  test('running again, where pages were published again or a page has come since', async () => {
    const again = plan(longAgo, { republished: true, planned_at: minutesAgo(DAY - 5) });
    const late = page({ ...longAgo, fetch: 'a1', more: true, at: DAY - 5 });
    expect(await progress({ dispatches: [plan(longAgo), again] })).toMatchObject([{ state: 'running' }]);
    expect(await progress({ dispatches: [plan(longAgo)], completed_scrapes: [late] })).toMatchObject([
      { state: 'running' },
    ]);
  });

  test('running, where a page has come that is outside the chain', async () => {
    const ofChain = page({ ...longAgo, fetch: 'a1', more: true, at: DAY + 5 });
    const other = page({ ...longAgo, fetch: 'b1', more: true, at: DAY - 5 });
    expect(await progress({ completed_scrapes: [ofChain, other] })).toMatchObject([
      { state: 'running', last_completed_at: minutesAgo(DAY + 5) },
    ]);
  });

  test('still stalled and says why, where pages were to be published again and the budget forbade it', async () => {
    const refused = { republished: true, status: 'over_budget', reason: 'no money' };
    const refusal = plan(longAgo, { ...refused, planned_at: minutesAgo(5) });
    expect(await progress({ dispatches: [plan(longAgo), refusal] })).toMatchObject([
      { state: 'stalled', reason: 'no money' },
    ]);
  });
});

describe('of a list that goes on beyond its plan', () => {
  const goesOn = { ...second, next_token: 'token of page 3' };
  const third = page({ ...of, fetch: 'a3', lineage: ['a1', 'a2'], friends: ['14'], at: 20 });
  const committed = (afterPage: number, ago: number) =>
    more(of, afterPage, { planned_at: minutesAgo(ago), message_id: `message ${ago}` });
  const refusal = (afterPage: number, ago: number, reason = 'no money for more') => ({
    ...committed(afterPage, ago),
    ...{ status: 'over_budget', reason },
  });
  const shown = async (plannings: Row[], pages: Row[]) =>
    (await progress({ dispatches: [plan(of), ...plannings], completed_scrapes: pages })).map(
      ({ state, reason, total_pages, pages_done }) => [state, reason, total_pages, pages_done],
    );

  test('running, while the planner has not said', async () => {
    expect(await shown([], [first, goesOn])).toEqual([['running', null, 2, 2]]);
  });

  test('running, where one page more is committed, and complete with it', async () => {
    expect(await shown([committed(2, 45)], [first, goesOn])).toEqual([['running', null, 3, 2]]);
    expect(await shown([committed(2, 45)], [first, goesOn, third])).toEqual([['complete', null, 3, 3]]);
  });

  test('partial with the reason, where no budget has room for it', async () => {
    expect(await shown([refusal(2, 45)], [first, goesOn])).toEqual([['partial', 'no money for more', 2, 2]]);
  });

  test('partial with the newest reason, also where one page more had been committed before', async () => {
    const further = { ...third, next_token: 'token of page 4' };
    const plannings = [committed(2, 45), refusal(3, 19, 'old'), refusal(3, 18, 'new')];
    expect(await shown(plannings, [first, goesOn, further])).toEqual([['partial', 'new', 3, 3]]);
  });

  test('running again, where it is committed later', async () => {
    expect(await shown([refusal(2, 45), committed(2, 15)], [first, goesOn])).toEqual([
      ['running', null, 3, 2],
    ]);
    expect(await shown([committed(2, 15), refusal(2, 45)], [first, goesOn, third])).toEqual([
      ['complete', null, 3, 3],
    ]);
  });

  test('partial for what X said, where it said something', async () => {
    const unavailable = { ...third, outcome: 'unavailable', reason: 'suspended', friends: [] };
    expect(await shown([committed(2, 45), refusal(3, 15)], [first, goesOn, unavailable])).toEqual([
      ['partial', 'suspended', 3, 2],
    ]);
  });

  test('not stalled, where more was committed within 24 hours, and stalled after that', async () => {
    const old = page({ ...longAgo, fetch: 'a1', more: true, at: 2 * DAY });
    const since = (ago: number) => more(longAgo, 1, { planned_at: minutesAgo(ago) });
    const state = async (ago: number) =>
      (await progress({ dispatches: [plan(longAgo), since(ago)], completed_scrapes: [old] })).map(
        (row) => row.state,
      );
    expect(await state(DAY - 5)).toEqual(['running']);
    expect(await state(DAY + 5)).toEqual(['stalled']);
  });
});
