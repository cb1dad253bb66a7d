import { describe, expect, test } from 'vitest';
import { DAY, HOUR, minutesAgo, page, plan, type Rows } from './rows.ts';
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
  test.each(['not_found', 'suspended', 'protected'])(
    'unavailable, where X said %s before any page',
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
