import { describe, expect, test } from 'vitest';
import { DAY, HOUR, minutesAgo, more, page, plan, type Row } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const of = { dispatch: 'd', ago: 2 * HOUR };
const longAgo = { dispatch: 'd', ago: 3 * DAY };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], more: true, at: 50 });
const third = page({ ...of, fetch: 'a3', lineage: ['a1', 'a2'], friends: ['14'], at: 20 });
const goesOn = [first, second];
const old = page({ ...longAgo, fetch: 'a1', more: true, at: 2 * DAY });

const committed = (afterPage: number, ago = 45) =>
  more(of, afterPage, { planned_at: minutesAgo(ago), message_id: `message ${ago}` });
const refusal = (afterPage: number, ago = 45, reason = 'no money for more') => ({
  ...committed(afterPage, ago),
  ...{ status: 'over_budget', reason, planned_cost_usd: 9, committed_cost_usd: 9 },
});

const isShown = async (_: string, dispatches: Row[], completed_scrapes: Row[], shown: object) =>
  expect(await shownOf({ dispatches, completed_scrapes }, 'dispatch_progress')).toMatchObject([shown]);

describe('a list that goes on beyond its plan', () => {
  test.each<[what: string, dispatches: Row[], completed_scrapes: Row[], shown: object]>([
    ['is running, while the planner has not said', [plan(of)], goesOn, { state: 'running', total_pages: 2 }],
    [
      'is running, where one page more is committed',
      [plan(of), committed(2)],
      goesOn,
      { state: 'running', reason: null, total_pages: 3, pages_done: 2 },
    ],
    [
      'is complete with it',
      [plan(of), committed(2)],
      [...goesOn, third],
      { state: 'complete', reason: null },
    ],
    [
      'is partial, where no budget has room for it',
      [plan(of), refusal(2)],
      goesOn,
      {
        ...{ state: 'partial', reason: 'no money for more', total_pages: 2, pages_done: 2 },
        ...{ status: 'dispatched', is_final: false },
      },
    ],
    [
      'is partial with the newest reason, also where a page had been committed before',
      [plan(of), committed(2), refusal(3, 19, 'old'), refusal(3, 18, 'new')],
      [...goesOn, { ...third, next_token: 'token of page 4' }],
      { state: 'partial', reason: 'new', total_pages: 3, pages_done: 3 },
    ],
    [
      'is running again, where it is committed later',
      [plan(of), refusal(2), committed(2, 15)],
      goesOn,
      { state: 'running', reason: null, total_pages: 3 },
    ],
    [
      'is complete, whatever was refused',
      [plan(of), refusal(2, 15), committed(2)],
      [...goesOn, third],
      { state: 'complete', reason: null },
    ],
    [
      'is partial for what X said, where it said something',
      [plan(of), committed(2), refusal(3, 15)],
      [...goesOn, { ...third, outcome: 'unavailable', reason: 'suspended', friends: [] }],
      { state: 'partial', reason: 'suspended', pages_done: 2, is_final: true },
    ],
    [
      'is running, where more was committed within 24 hours',
      [plan(longAgo), more(longAgo, 1, { planned_at: minutesAgo(DAY - 30) })],
      [old],
      { state: 'running' },
    ],
    [
      'has stalled after that',
      [plan(longAgo), more(longAgo, 1, { planned_at: minutesAgo(DAY + 5) })],
      [old],
      { state: 'stalled' },
    ],
  ])('%s', isShown);
});

describe('what is expected and what is committed at most', () => {
  const usd = (planned_cost_usd: number | null, committed_cost_usd: number) => ({
    ...{ planned_cost_usd, committed_cost_usd },
  });
  const again = { planned_at: minutesAgo(30), message_id: 'message 9' };
  const nothing = { planned_cost_usd: null, committed_cost_usd: null };
  test.each<[what: string, dispatches: Row[], completed_scrapes: Row[], shown: object]>([
    ['each page more adds to the plan', [plan(of), committed(2), committed(3)], [], usd(0.09, 0.1)],
    ['once, however often its row is stored', [plan(of), committed(2), committed(2)], [], usd(0.07, 0.08)],
    ['once, planned twice', [plan(of), committed(2), { ...committed(2), ...again }], [], usd(0.07, 0.08)],
    ['but what was refused adds nothing', [plan(of), refusal(2)], [], usd(0.05, 0.06)],
    [
      'of what found no room the look-up alone is committed',
      [plan(of, { status: 'over_budget' })],
      [],
      usd(0.05, 0.01),
    ],
    [
      'and of what X did not say',
      [plan(of, { ...nothing, status: 'unknown' })],
      [],
      { state: 'unavailable', ...usd(null, 0.01) },
    ],
    [
      'of a plan of before there was a bound, what was expected',
      [plan(of, { committed_cost_usd: null, max_friends: null })],
      [],
      usd(0.05, 0.05),
    ],
  ])('%s', isShown);
});
