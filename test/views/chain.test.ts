import { describe, expect, test } from 'vitest';
import { DAY, minutesAgo, page, plan, type Row } from './rows.ts';
import { emptyWarehouse, openWarehouse, pick } from './warehouse.ts';

openWarehouse();

/** Ids of the friends shown and the fetches whose pages are in the chain, in the order of the list. */
async function shown(...pages: Row[]) {
  const warehouse = await emptyWarehouse();
  await warehouse.load({ completed_scrapes: pages });
  const history = await warehouse.rows('scrape_history', 'page_number, fetch_id');
  const rows = await warehouse.rows('friends', 'page_number, position');
  return {
    chain: history.filter((row) => row.in_chain).map((row) => row.fetch_id),
    head: history.filter((row) => row.is_head).map((row) => row.fetch_id),
    isComplete: history[0]?.chain_complete,
    friends: rows.map((row) => row.friend_id),
    fetches: history.map((row) => row.fetch_id),
    rows,
  };
}

const of = { dispatch: 'd' };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], at: 50 });
const goesOn = { ...second, next_token: 'token of page 3' };
const third = (lineage: string[]) => page({ ...of, fetch: 'a3', lineage, friends: ['14'], at: 40 });
const otherFirst = page({ ...of, fetch: 'b1', friends: ['21'], more: true, at: 70 });
const otherSecond = page({ ...of, fetch: 'b2', lineage: ['b1'], friends: ['22'], at: 49 });
const whole = { chain: ['a1', 'a2'], head: ['a2'], isComplete: true, friends: ['11', '12', '13'] };

const copy = (fetch: string, at: number, varying: Row = {}) =>
  page({ ...of, fetch, lineage: ['a1'], friends: [], more: true, at }, varying);
const refused = copy('b2', 59, { outcome: 'unavailable', reason: 'refused', next_token: null });

describe('one chain per dispatch', () => {
  test.each<[what: string, pages: Row[], shown: object]>([
    ['the pages of an unbroken list are all shown, in order', [second, first], whole],
    [
      'a page that is stored three times counts once',
      [first, first, second, first, second],
      { ...whole, fetches: ['a1', 'a2'] },
    ],
    [
      'of two copies of a page with different successors, the one is shown through which the end was reached first',
      [otherFirst, otherSecond, first, second],
      { ...whole, fetches: ['a1', 'b1', 'a2', 'b2'] },
    ],
    [
      'the earliest page that ended the list is the head, also where another chain is longer',
      [first, second, page({ ...of, fetch: 'b1', friends: ['21'], at: 55 })],
      { chain: ['b1'], friends: ['21'], isComplete: true },
    ],
    [
      'of two that ended it at the same moment, the lower fetch id',
      [second, page({ ...of, fetch: 'A2', lineage: ['a1'], friends: ['99'], at: 50 }), first],
      { friends: ['11', '12', '99'] },
    ],
    [
      'without an end the head is the page furthest on',
      [otherFirst, first, goesOn],
      { chain: ['a1', 'a2'], isComplete: false },
    ],
    [
      'of several copies of the furthest page, what was scraped',
      [first, refused, copy('c2', 50)],
      { head: ['c2'] },
    ],
    ['else the earliest of them', [first, copy('c2', 50), copy('d2', 51)], { head: ['d2'] }],
    ['else that with the lower fetch id', [first, copy('d2', 50), copy('c2', 50)], { head: ['c2'] }],
    [
      'a chain with a page missing is not complete, and what is there of it is shown',
      [first, third(['a1', 'a2'])],
      { chain: ['a1', 'a3'], isComplete: false, friends: ['11', '12', '14'] },
    ],
    [
      'a chain whose pages are not numbered from 1 in order is not complete',
      [first, goesOn, third(['a2', 'a1'])],
      { isComplete: false },
    ],
    ['nor where a number is too high', [first, { ...second, page_number: 3 }], { isComplete: false }],
    ['nor too low', [first, { ...second, lineage: ['a1', 'a0'] }], { isComplete: false }],
    [
      'friends that came with the page on which the list began to loop are shown',
      [first, { ...goesOn, outcome: 'unavailable', reason: 'cursor_loop', next_token: 'token of page 2' }],
      { friends: ['11', '12', '13'], isComplete: false },
    ],
  ])('%s', async (_, pages, expected) => {
    expect(await shown(...pages)).toMatchObject(expected);
  });

  test('a friend that is listed twice is shown once, at the lowest page and position', async () => {
    const again = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['12', '13', '13'], at: 50 });
    const { rows } = await shown(first, again);
    expect(pick(rows, 'friend_id', 'page_number', 'position')).toEqual([
      ['11', 1, 1],
      ['12', 1, 2],
      ['13', 2, 2],
    ]);
  });

  test('of a dispatch that was planned under two times, as of old a tick that was published twice, the newer plan counts', async () => {
    const early = { ...of, ago: DAY + 5 };
    const ofEarly = page({ ...early, fetch: 'b1', friends: ['11', '21'], at: 65 });
    const warehouse = await emptyWarehouse();
    await warehouse.load({
      dispatches: [plan(early, { planned_at: minutesAgo(DAY) }), plan(of), plan(of)],
      completed_scrapes: [ofEarly, first, second],
    });
    const history = await warehouse.rows('scrape_history', 'fetch_id');
    expect(pick(history, 'fetch_id', 'is_head', 'in_chain', 'chain_complete')).toEqual([
      ['a1', false, true, true],
      ['a2', true, true, true],
      ['b1', false, false, false],
    ]);
    expect(pick(await warehouse.rows('friends', 'friend_id'), 'friend_id')).toEqual([['11'], ['12'], ['13']]);
    expect(await warehouse.rows('current_friends')).toHaveLength(3);
    expect(await warehouse.rows('friend_changes')).toEqual([]);
    expect(await warehouse.rows('dispatch_progress')).toMatchObject([
      { dispatched_at: minutesAgo(DAY), state: 'complete', friends_listed: 3, cost_usd: 0.05 },
    ]);
  });

  test('dispatches do not mix, not even of the same parent and run', async () => {
    const other = page({ dispatch: 'e', run: 'run of d', fetch: 'a1', friends: ['31'], at: 60 });
    const { rows } = await shown(first, second, other);
    const friends = pick(rows, 'dispatch_id', 'friend_id').map((row) => row.join(' '));
    expect(friends.sort()).toEqual(['d 11', 'd 12', 'd 13', 'e 31']);
  });
});
