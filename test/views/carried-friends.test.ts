import { describe, expect, test } from 'vitest';
import { base, check, closed, goesOn, second } from './check-rows.ts';
import { list } from './lists.ts';
import { DAY, minutesAgo, type Plain, page, type Row } from './rows.ts';
import { openWarehouse, pick, shownOf } from './warehouse.ts';

openWarehouse();

describe('current_friends', () => {
  /** Who is there, by which dispatch, and whether the newest one returned it. */
  test.each<[what: string, pages: Row[], friends: Plain[][]]>([
    [
      'carries whom a check has not read',
      [base, check('b', 80, ['15', '11'])],
      [
        ['11', 'b', false],
        ['12', 'a', true],
        ['13', 'a', true],
        ['14', 'a', true],
        ['15', 'b', false],
      ],
    ],
    [
      'leaves out who is proven gone, and keeps who is withheld',
      [base, check('b', 80, ['13'], { missing: ['11'], withheld: ['12'] })],
      [
        ['12', 'a', true],
        ['13', 'b', false],
        ['14', 'a', true],
      ],
    ],
    [
      'has whom a later check sees again',
      [list('a', 90, ['11']), check('b', 80, ['12'], { missing: ['11'] }), check('c', 70, ['11'])],
      [
        ['11', 'c', false],
        ['12', 'b', true],
      ],
    ],
    [
      'goes by the newest complete list, whatever checks said before it',
      [base, check('b', 80, ['15'], { missing: ['11'] }), list('c', 70, ['11'])],
      [['11', 'c', false]],
    ],
    [
      'has whom an unaligned check sees, and leaves nobody out for it',
      [list('a', 90, ['11']), check('b', 80, ['12'], { endedBy: 'limit', frontier: null, missing: ['11'] })],
      [
        ['11', 'a', true],
        ['12', 'b', false],
      ],
    ],
    [
      'is untouched by a check that X closed midway',
      [list('a', 90, ['11', '12']), goesOn, closed],
      [
        ['11', 'a', false],
        ['12', 'a', false],
      ],
    ],
    [
      'is untouched by a check that was read beside the list',
      [
        check('b', 80, ['12'], { endedBy: null }),
        list('a', 75, ['11']),
        check('b', 70, ['13'], { missing: ['11'] }, second),
      ],
      [['11', 'a', false]],
    ],
    ['is nobody, where no list was read to its end', [check('b', 80, ['11'])], []],
  ])('%s', async (_, pages, friends) => {
    const rows = await shownOf({ completed_scrapes: pages }, 'current_friends', 'friend_id');
    expect(pick(rows, 'friend_id', 'dispatch_id', 'is_carried')).toEqual(friends);
  });

  test('says when each was first listed, though it was gone since, or in a list that was never read to its end', async () => {
    const unfinished = page({ dispatch: 'x', fetch: 'x1', friends: ['12'], more: true, at: 95 });
    const pages = [unfinished, list('a', 90, ['11', '12']), list('b', 80), list('c', 70, ['11', '12', '13'])];
    const other = list('y', 99, ['11'], { parent: '2' });
    const rows = await shownOf(
      { completed_scrapes: [...pages, other] },
      'current_friends',
      'friend_id, parent_id',
    );
    expect(pick(rows, 'parent_id', 'friend_id', 'first_listed_at')).toEqual([
      ['1', '11', minutesAgo(90)],
      ['2', '11', minutesAgo(99)],
      ['1', '12', minutesAgo(95)],
      ['1', '13', minutesAgo(70)],
    ]);
  });

  test('says when each was last seen, and how old the list is that it rests on', async () => {
    const pages = [list('a', 30 * DAY, ['11', '12'], { ago: 30 * DAY }), check('b', 80, ['11'])];
    const rows = await shownOf({ completed_scrapes: pages }, 'current_friends', 'friend_id');
    const full_read_at = minutesAgo(30 * DAY);
    expect(rows).toMatchObject([
      { mode: 'check', last_seen_at: minutesAgo(80), full_read_at },
      { mode: 'full', last_seen_at: full_read_at, full_read_at },
    ]);
  });
});
