import { describe, expect, test } from 'vitest';
import { changesOf, list, lists } from './lists.ts';
import { minutesAgo, page, type Row } from './rows.ts';
import { openWarehouse, pick, shownOf } from './warehouse.ts';

openWarehouse();

/** What changed, without where. */
const brief = (rows: Row[]) => pick(rows, 'dispatch_id', 'friend_id', 'change', 'absent_dispatches');

describe('friend_changes', () => {
  test('the first dispatch of a parent yields none', async () => {
    expect(await changesOf([list('a', 90, ['11', '12'])])).toEqual([]);
  });

  test('says who was followed and who is no longer listed, between which dispatches and when', async () => {
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], ['12']]),
      ...lists('b', 55, 50, [['13'], ['11']]),
    ]);
    const common = {
      parent_id: '1',
      parent_username: 'parent1',
      previous_dispatch_id: 'a',
      dispatch_id: 'b',
      not_before: minutesAgo(95),
      not_after: minutesAgo(50),
    };
    expect(rows).toMatchObject([
      {
        ...common,
        friend_id: '12',
        friend_username: 'user12',
        change: 'no_longer_listed',
        status_of_friend: 'unknown',
        absent_dispatches: 1,
      },
      {
        ...common,
        friend_id: '13',
        friend_username: 'user13',
        change: 'followed',
        status_of_friend: null,
        absent_dispatches: null,
      },
    ]);
    expect(rows).toHaveLength(2);
  });

  test('a friend that comes back has reappeared, and its absence is counted both ways', async () => {
    const rows = await changesOf([
      list('a', 90, ['11']),
      list('b', 80),
      list('c', 70),
      list('d', 60, ['11']),
    ]);
    expect(brief(rows)).toEqual([
      ['b', '11', 'no_longer_listed', 2],
      ['d', '11', 'reappeared', 2],
    ]);
    expect(rows[1]).toMatchObject({
      previous_dispatch_id: 'c',
      not_before: minutesAgo(70),
      not_after: minutesAgo(60),
    });
  });

  test('an absence that lasts grows with each complete dispatch', async () => {
    const rows = await changesOf([
      list('a', 90, ['11', '12']),
      list('b', 80, ['12']),
      list('c', 70, ['12']),
      list('d', 60, ['12']),
    ]);
    expect(brief(rows)).toEqual([['b', '11', 'no_longer_listed', 3]]);
  });

  test('a rename is no change, and a friend is called what it was last called', async () => {
    const rows = await changesOf([
      list('a', 90, [['11', 'old']]),
      list('b', 80, [['11', 'new']]),
      list('c', 70),
    ]);
    expect(pick(rows, 'change', 'friend_username', 'friend_name')).toEqual([
      ['no_longer_listed', 'new', 'Name of new'],
    ]);
  });

  test('nothing is gone because a dispatch stopped half-way, or is not finished', async () => {
    const refused = { outcome: 'unavailable', reason: 'refused' };
    const stopped = lists('b', 85, 80, [['11'], []], refused);
    const unfinished = page({ dispatch: 'c', fetch: 'c1', friends: ['13'], more: true, at: 70 });
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], ['12']]),
      ...stopped,
      unfinished,
      list('d', 60, ['11']),
    ]);
    expect(brief(rows)).toEqual([['d', '12', 'no_longer_listed', 1]]);
    expect(rows[0]).toMatchObject({ previous_dispatch_id: 'a', not_before: minutesAgo(95) });
  });

  test('dispatches are compared in the order of their completion, not of their dispatch', async () => {
    const late = list('a', 50, ['11'], { ago: 200 });
    const early = list('b', 90, ['12'], { ago: 100 });
    expect(brief(await changesOf([late, early]))).toEqual([
      ['a', '11', 'followed', null],
      ['a', '12', 'no_longer_listed', 1],
    ]);
  });

  test('a dispatch that was fetched while another was is left out, and the next one shows the change', async () => {
    const overlapping = lists('b', 91, 80, [['13'], []]);
    const rows = await changesOf([
      ...lists('a', 95, 90, [['11'], []]),
      ...overlapping,
      list('c', 70, ['11', '13']),
    ]);
    expect(brief(rows)).toEqual([['c', '13', 'followed', null]]);
    expect(rows[0]).toMatchObject({ previous_dispatch_id: 'a' });
  });

  test('two lists that were read at the same moment are not compared', async () => {
    expect(await changesOf([list('a', 90, ['11']), list('b', 90, ['12'])])).toEqual([]);
  });

  test('an empty list is a list', async () => {
    expect(brief(await changesOf([list('a', 90), list('b', 80, ['11']), list('c', 70)]))).toEqual([
      ['b', '11', 'followed', null],
      ['c', '11', 'no_longer_listed', 1],
    ]);
  });

  test('parents are not mixed', async () => {
    const other = { parent: '2' };
    const rows = await changesOf([
      list('a', 90, ['11']),
      list('b', 80, ['12'], other),
      list('c', 70, ['11']),
      list('d', 60, ['12'], other),
    ]);
    expect(rows).toEqual([]);
  });
});

describe('current_friends', () => {
  const current = async (pages: Row[]) => {
    const rows = await shownOf({ completed_scrapes: pages }, 'current_friends', 'parent_id, friend_id');
    return pick(rows, 'parent_id', 'dispatch_id', 'friend_id');
  };

  test('are those of the newest complete dispatch of each parent', async () => {
    const unfinished = page({ dispatch: 'c', fetch: 'c1', friends: ['13'], more: true, at: 10 });
    const other = list('d', 95, ['21'], { parent: '2' });
    expect(await current([list('b', 80, ['12']), list('a', 90, ['11']), unfinished, other])).toEqual([
      ['1', 'b', '12'],
      ['2', 'd', '21'],
    ]);
  });

  test('are none, where the newest complete list is empty', async () => {
    expect(await current([list('a', 90, ['11']), list('b', 80)])).toEqual([]);
  });
});
