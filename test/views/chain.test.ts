import { describe, expect, test } from 'vitest';
import { DAY, minutesAgo, page, plan, type Row } from './rows.ts';
import { emptyWarehouse, openWarehouse, pick } from './warehouse.ts';

openWarehouse();

/** Ids of the friends shown and the fetches whose pages are in the chain, in the order of the list. */
async function shown(...pages: Row[]) {
  const warehouse = await emptyWarehouse();
  await warehouse.load({ completed_scrapes: pages });
  const history = await warehouse.rows('scrape_history', 'page_number, fetch_id');
  const friends = await warehouse.rows('friends', 'page_number, position');
  return {
    chain: history.filter((row) => row.in_chain).map((row) => row.fetch_id),
    head: history.filter((row) => row.is_head).map((row) => row.fetch_id),
    isComplete: history[0]?.chain_complete,
    friends: friends.map((row) => row.friend_id),
    history,
    rows: friends,
  };
}

const of = { dispatch: 'd' };
const first = page({ ...of, fetch: 'a1', friends: ['11', '12'], more: true, at: 60 });
const second = page({ ...of, fetch: 'a2', lineage: ['a1'], friends: ['13'], at: 50 });

describe('one chain per dispatch', () => {
  test('the pages of an unbroken list are all shown, in order', async () => {
    const { chain, head, isComplete, friends } = await shown(second, first);
    expect({ chain, head, isComplete, friends }).toEqual({
      chain: ['a1', 'a2'],
      head: ['a2'],
      isComplete: true,
      friends: ['11', '12', '13'],
    });
  });

  test('a page that is stored three times counts once', async () => {
    const { history, friends } = await shown(first, first, second, first, second);
    expect(pick(history, 'fetch_id')).toEqual([['a1'], ['a2']]);
    expect(friends).toEqual(['11', '12', '13']);
  });

  test('of two copies of a page with different successors, the one is shown through which the end was reached first', async () => {
    const otherFirst = page({ ...of, fetch: 'b1', friends: ['21'], more: true, at: 61 });
    const otherSecond = page({ ...of, fetch: 'b2', lineage: ['b1'], friends: ['22'], at: 49 });
    const { chain, friends, history } = await shown(otherFirst, otherSecond, first, second);
    expect(chain).toEqual(['a1', 'a2']);
    expect(friends).toEqual(['11', '12', '13']);
    expect(history).toHaveLength(4);
  });

  test('the earliest page that ended the list is the head, also where another chain is longer', async () => {
    const short = page({ ...of, fetch: 'b1', friends: ['21'], at: 55 });
    expect(await shown(first, second, short)).toMatchObject({
      chain: ['b1'],
      friends: ['21'],
      isComplete: true,
    });
  });

  test('of two that ended it at the same moment, the lower fetch id', async () => {
    const twin = page({ ...of, fetch: 'A2', lineage: ['a1'], friends: ['99'], at: 50 });
    expect((await shown(second, twin, first)).friends).toEqual(['11', '12', '99']);
  });

  test('without an end the head is the page furthest on', async () => {
    const goesOn = { ...second, next_token: 'token of page 3' };
    const otherFirst = page({ ...of, fetch: 'b1', friends: ['21'], more: true, at: 70 });
    expect(await shown(otherFirst, first, goesOn)).toMatchObject({ chain: ['a1', 'a2'], isComplete: false });
  });

  test('of several copies of the furthest page: what was scraped, then the earliest, then the lower fetch id', async () => {
    const copy = (fetch: string, at: number, varying: Row = {}) =>
      page({ ...of, fetch, lineage: ['a1'], friends: [], more: true, at }, varying);
    const refused = copy('b2', 59, { outcome: 'unavailable', reason: 'refused', next_token: null });
    expect((await shown(first, refused, copy('c2', 50))).head).toEqual(['c2']);
    expect((await shown(first, copy('c2', 50), copy('d2', 51))).head).toEqual(['d2']);
    expect((await shown(first, copy('d2', 50), copy('c2', 50))).head).toEqual(['c2']);
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

  test('a chain with a page missing is not complete, and what is there of it is shown', async () => {
    const third = page({ ...of, fetch: 'a3', lineage: ['a1', 'a2'], friends: ['14'], at: 40 });
    expect(await shown(first, third)).toMatchObject({
      chain: ['a1', 'a3'],
      isComplete: false,
      friends: ['11', '12', '14'],
    });
  });

  test('a chain whose pages are not numbered from 1 in order is not complete', async () => {
    const swapped = page({ ...of, fetch: 'a3', lineage: ['a2', 'a1'], at: 40 });
    expect((await shown(first, { ...second, next_token: 'more' }, swapped)).isComplete).toBe(false);
    const tooHigh = page({ ...of, fetch: 'a2', lineage: ['a1'], number: 3, at: 50 });
    expect((await shown(first, tooHigh)).isComplete).toBe(false);
    const tooLow = page({ ...of, fetch: 'a2', lineage: ['a1', 'a0'], number: 2, at: 50 });
    expect((await shown(first, tooLow)).isComplete).toBe(false);
  });

  test('friends that came with the page on which the list began to loop are shown', async () => {
    const loops = { ...second, outcome: 'unavailable', reason: 'cursor_loop', next_token: 'token of page 2' };
    expect(await shown(first, loops)).toMatchObject({ friends: ['11', '12', '13'], isComplete: false });
  });

  test('of a dispatch that was planned under two times, as of old a tick that was published twice, the newer plan counts', async () => {
    const early = { ...of, ago: DAY + 5 };
    const other = [
      page({ ...early, fetch: 'b1', friends: ['11', '21'], more: true, at: 65 }),
      page({ ...early, fetch: 'b2', lineage: ['b1'], friends: ['22'], at: 64 }),
    ];
    const rows = {
      dispatches: [plan(early, { planned_at: minutesAgo(DAY) }), plan(of), plan(of)],
      completed_scrapes: [...other, first, second],
    };
    const warehouse = await emptyWarehouse();
    await warehouse.load(rows);
    const history = await warehouse.rows('scrape_history', 'fetch_id');
    expect(pick(history, 'fetch_id', 'is_head', 'in_chain', 'chain_complete')).toEqual([
      ['a1', false, true, true],
      ['a2', true, true, true],
      ['b1', false, false, false],
      ['b2', false, false, false],
    ]);
    expect((await warehouse.rows('friends', 'friend_id')).map((row) => row.friend_id)).toEqual([
      '11',
      '12',
      '13',
    ]);
    expect(await warehouse.rows('dispatch_progress')).toMatchObject([
      { dispatched_at: minutesAgo(DAY), state: 'complete', friends_listed: 3, cost_usd: 0.05 },
    ]);
    expect(await warehouse.rows('friend_changes')).toEqual([]);
    expect(await warehouse.rows('current_friends')).toHaveLength(3);
  });

  test('dispatches do not mix, not even of the same parent and run', async () => {
    const other = page({ dispatch: 'e', run: 'run of d', fetch: 'a1', friends: ['31'], at: 60 });
    const { rows } = await shown(first, second, other);
    expect(pick(rows, 'dispatch_id', 'friend_id').sort()).toEqual([
      ['d', '11'],
      ['d', '12'],
      ['d', '13'],
      ['e', '31'],
    ]);
  });
});
