import { expect, test } from 'vitest';
import { DAY, more, observation, page, plan, type Rows } from './rows.ts';
import { openWarehouse, shownOf } from './warehouse.ts';

openWarehouse();

const daily = (rows: Partial<Rows>) => shownOf(rows, 'daily_cost', 'day, job');

const of = { dispatch: 'd', ago: 9 * DAY };
const on = (day: string, time = '12:00:00') => `2026-03-${day}T${time}.000Z`;
const none = { planned_cost_usd: 0, committed_cost_usd: 0, cost_usd: 0, pages: 0, friends: 0, look_ups: 0 };
const planned = (expected: number, atMost: number) => ({
  planned_cost_usd: expected,
  committed_cost_usd: atMost,
});

test('money is counted on the day on which it was planned, and on the day on which it was spent', async () => {
  const rows = await daily({
    dispatches: [plan(of, { planned_at: on('01', '23:59:59'), planned_cost_usd: 0.05 })],
    completed_scrapes: [
      page(
        { ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 0 },
        { completed_at: on('02', '00:00:00') },
      ),
      page({ ...of, fetch: 'b1', friends: ['11'], more: true, at: 0 }, { completed_at: on('02') }),
    ],
    account_metadata: [
      observation({ ...of, role: 'parent', username: 'parent1', at: 0 }, { observed_at: on('01') }),
    ],
  });
  expect(rows).toEqual([
    { ...none, day: '2026-03-01', job: 'daily', ...planned(0.05, 0.06), cost_usd: 0.01, look_ups: 1 },
    { ...none, day: '2026-03-02', job: 'daily', cost_usd: 0.03, pages: 2, friends: 3 },
  ]);
});

test('a dispatch counts once a day with the largest of its plannings; pages of an old run on their own day', async () => {
  const row = (day: string, planned_cost_usd: number, varying = {}) =>
    plan(of, {
      ...{ planned_at: on(day), planned_cost_usd, committed_cost_usd: planned_cost_usd + 0.01 },
      ...varying,
    });
  const again = { republished: true, lookup_cost_usd: 0 };
  const rows = await daily({
    dispatches: [row('01', 0.05), row('01', 0.05), row('01', 0.02, again), row('02', 0.03, again)],
  });
  expect(rows).toEqual([
    { ...none, day: '2026-03-01', job: 'daily', ...planned(0.05, 0.06) },
    { ...none, day: '2026-03-02', job: 'daily', ...planned(0.03, 0.04) },
  ]);
});

test('what was not dispatched counts with its look-up alone', async () => {
  const refused = (dispatch: string, status: string) =>
    plan({ dispatch }, { status, planned_at: on('01'), planned_cost_usd: status === 'not_found' ? null : 7 });
  const rows = await daily({ dispatches: [refused('d', 'over_budget'), refused('e', 'not_found')] });
  expect(rows).toEqual([{ ...none, day: '2026-03-01', job: 'daily', ...planned(0.02, 0.02) }]);
});

test('a look-up counts once beside the plan that was made without asking again', async () => {
  const refused = plan(of, { status: 'over_budget', planned_at: on('01') });
  const later = { planned_at: on('01', '13:00:00'), lookup_cost_usd: 0 };
  const rows = await daily({
    dispatches: [refused, plan(of, { ...later, planned_cost_usd: 0.04, committed_cost_usd: 0.05 })],
  });
  expect(rows).toEqual([{ ...none, day: '2026-03-01', job: 'daily', ...planned(0.05, 0.06) }]);
});

test('a look-up counts with each message that asked for it', async () => {
  const asked = (message_id: string) => plan(of, { status: 'unknown', planned_at: on('01'), message_id });
  const rows = await daily({ dispatches: [asked('1'), asked('1'), asked('2')] });
  expect(rows).toEqual([{ ...none, day: '2026-03-01', job: 'daily', ...planned(0.02, 0.02) }]);
});

test('what is committed because a list goes on counts on its own day, each time once', async () => {
  const third = (day: string, time?: string) => more(of, 2, { planned_at: on(day, time) });
  const rows = await daily({
    dispatches: [
      plan(of, { planned_at: on('01') }),
      third('01'),
      third('01', '13:00:00'),
      more(of, 3, { planned_at: on('02') }),
      more(of, 4, { planned_at: on('02') }),
      more(of, 5, { planned_at: on('02'), status: 'over_budget' }),
    ],
  });
  expect(rows).toEqual([
    { ...none, day: '2026-03-01', job: 'daily', ...planned(0.07, 0.08) },
    { ...none, day: '2026-03-02', job: 'daily', ...planned(0.04, 0.04) },
  ]);
});

test('of before there was a bound, what was expected is what the budget counted', async () => {
  const rows = await daily({
    dispatches: [plan(of, { planned_at: on('01'), committed_cost_usd: null, max_friends: null })],
  });
  expect(rows).toEqual([{ ...none, day: '2026-03-01', job: 'daily', ...planned(0.05, 0.05) }]);
});

test('every look-up counts, whatever its role, and each job for itself', async () => {
  const seen = (role: string, id: string, job: string) =>
    observation({ dispatch: `of ${job}`, role, id, at: 0 }, { job, observed_at: on('01') });
  const rows = await daily({
    account_metadata: [
      seen('vanished_friend', '11', 'daily'),
      seen('vanished_friend', '12', 'daily'),
      seen('grandparent', '11', 'daily'),
      seen('grandparent', '11', 'weekly'),
      seen('vanished_friend', '12', 'daily'),
    ],
  });
  expect(rows).toEqual([
    { ...none, day: '2026-03-01', job: 'daily', cost_usd: 0.03, look_ups: 3 },
    { ...none, day: '2026-03-01', job: 'weekly', cost_usd: 0.01, look_ups: 1 },
  ]);
});
