import { describe, expect, test } from 'vitest';
import { changesOf, list, lists } from './lists.ts';
import { minutesAgo, type Plain, page, type Row } from './rows.ts';
import { openWarehouse, pick, shownOf } from './warehouse.ts';

openWarehouse();

const refused = { outcome: 'unavailable', reason: 'refused' };
const unfinished = (at: number) => page({ dispatch: 'x', fetch: 'x1', friends: ['13'], more: true, at });
const other = { parent: '2' };

describe('friend_changes', () => {
  test('says who was followed and who is no longer listed, between which dispatches and when', async () => {
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], ['12']]),
      ...lists('b', 55, 50, [['13'], ['11']]),
    ]);
    const common = {
      ...{ parent_id: '1', parent_username: 'parent1', previous_dispatch_id: 'a', dispatch_id: 'b' },
      ...{ not_before: minutesAgo(95), not_after: minutesAgo(50) },
    };
    const gone = { change: 'no_longer_listed', status_of_friend: 'unknown', absent_dispatches: 1 };
    const came = { change: 'followed', status_of_friend: null, absent_dispatches: null };
    expect(rows).toMatchObject([
      { ...common, friend_id: '12', friend_username: 'user12', ...gone },
      { ...common, friend_id: '13', friend_username: 'user13', ...came },
    ]);
    expect(rows).toHaveLength(2);
  });

  /** What changed: dispatch_id, friend_id, change, absent_dispatches. */
  test.each<[what: string, pages: Row[], changes: Plain[][]]>([
    ['the first dispatch of a parent yields none', [list('a', 90, ['11', '12'])], []],
    [
      'a friend that comes back has reappeared, and its absence is counted both ways',
      [list('a', 90, ['11']), list('b', 80), list('c', 70), list('d', 60, ['11'])],
      [
        ['b', '11', 'no_longer_listed', 2],
        ['d', '11', 'reappeared', 2],
      ],
    ],
    [
      'an absence that lasts grows with each complete dispatch',
      [list('a', 90, ['11', '12']), list('b', 80, ['12']), list('c', 70, ['12']), list('d', 60, ['12'])],
      [['b', '11', 'no_longer_listed', 3]],
    ],
    [
      'dispatches are compared in the order of their completion, not of their dispatch',
      [list('a', 50, ['11'], { ago: 200 }), list('b', 90, ['12'], { ago: 100 })],
      [
        ['a', '11', 'followed', null],
        ['a', '12', 'no_longer_listed', 1],
      ],
    ],
    [
      'two lists that were read at the same moment are not compared',
      [list('a', 90, ['11']), list('b', 90, ['12'])],
      [],
    ],
    [
      'an empty list is a list',
      [list('a', 90), list('b', 80, ['11']), list('c', 70)],
      [
        ['b', '11', 'followed', null],
        ['c', '11', 'no_longer_listed', 1],
      ],
    ],
    [
      'a friend that a list names twice is listed once',
      [
        ...lists('a', 95, 90, [['11', '12'], ['12']]),
        list('b', 80, ['12']),
        list('c', 70, ['11', '12', '13', '13']),
      ],
      [
        ['b', '11', 'no_longer_listed', 1],
        ['c', '11', 'reappeared', 1],
        ['c', '13', 'followed', null],
      ],
    ],
    [
      'a page outside the chain lists nobody',
      [
        list('a', 90, ['11']),
        ...lists('b', 75, 70, [['11'], []]),
        page({ dispatch: 'b', fetch: 'b0', friends: ['11', '12'], more: true, at: 76 }),
      ],
      [],
    ],
    [
      'parents are not mixed',
      [
        ...[list('a', 90, ['11']), list('b', 80, ['12'], other)],
        ...[list('c', 70, ['11']), list('d', 60, ['12'], other)],
      ],
      [],
    ],
  ])('%s', async (_, pages, changes) => {
    const rows = await changesOf(pages);
    expect(pick(rows, 'dispatch_id', 'friend_id', 'change', 'absent_dispatches')).toEqual(changes);
  });

  test('the interval of one that comes back is that of the dispatch before it', async () => {
    const rows = await changesOf([
      list('a', 90, ['11']),
      list('b', 80),
      list('c', 70),
      list('d', 60, ['11']),
    ]);
    const interval = { not_before: minutesAgo(70), not_after: minutesAgo(60) };
    expect(rows[1]).toMatchObject({ previous_dispatch_id: 'c', ...interval });
  });

  test('a rename is no change, and a friend is called what it was last called', async () => {
    const rows = await changesOf([
      ...[list('a', 90, [['11', 'old']]), list('b', 80, [['11', 'new']])],
      list('c', 70),
    ]);
    expect(pick(rows, 'change', 'friend_username', 'friend_name')).toEqual([
      ['no_longer_listed', 'new', 'Name of new'],
    ]);
  });

  test('tells who the friend was where it was last listed, and which job saw the change', async () => {
    const known = (row: Row, followers_count: number) => ({
      ...row,
      friends: [
        { position: 1, id: '11', username: 'a', description: 'hi', verified_type: 'blue', followers_count },
      ],
    });
    const rows = await changesOf([
      known(list('a', 90, ['11']), 5),
      known(list('b', 80, ['11']), 7),
      { ...list('c', 70), job: 'weekly' },
      known(list('d', 60, ['11']), 9),
    ]);
    const who = { friend_description: 'hi', friend_verified_type: 'blue' };
    expect(rows).toMatchObject([
      { ...who, change: 'no_longer_listed', friend_followers_count: 7, job: 'weekly' },
      { ...who, change: 'reappeared', friend_followers_count: 9, job: 'daily' },
    ]);
  });

  test('nothing is gone because a dispatch stopped half-way, or is not finished', async () => {
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], ['12']]),
      ...[...lists('b', 85, 80, [['11'], []], refused), unfinished(70), list('d', 60, ['11'])],
    ]);
    const between = { previous_dispatch_id: 'a', dispatch_id: 'd', not_before: minutesAgo(95) };
    expect(rows).toMatchObject([{ friend_id: '12', change: 'no_longer_listed', ...between }]);
  });

  test('a dispatch that was fetched while another was is left out, and the next one shows the change', async () => {
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], []]),
      ...lists('b', 91, 80, [['13'], []]),
      list('c', 70, ['11', '13']),
    ]);
    const between = { previous_dispatch_id: 'a', dispatch_id: 'c' };
    expect(rows).toMatchObject([{ friend_id: '13', change: 'followed', ...between }]);
  });
});

describe('current_friends', () => {
  const current = async (pages: Row[]) => {
    const rows = await shownOf({ completed_scrapes: pages }, 'current_friends', 'parent_id, friend_id');
    return pick(rows, 'parent_id', 'dispatch_id', 'friend_id');
  };

  test('are those of the newest complete dispatch of each parent', async () => {
    const lists = [list('b', 80, ['12']), list('a', 90, ['11']), list('d', 95, ['21'], other)];
    expect(await current([...lists, unfinished(10)])).toEqual([
      ['1', 'b', '12'],
      ['2', 'd', '21'],
    ]);
  });

  test('are none, where the newest complete list is empty', async () => {
    expect(await current([list('a', 90, ['11']), list('b', 80)])).toEqual([]);
  });
});
