import { describe, expect, test } from 'vitest';
import { base, type Conclusion, check, closed, goesOn, second } from './check-rows.ts';
import { changesOf, list } from './lists.ts';
import { minutesAgo, observation, type Plain, type Row } from './rows.ts';
import { openWarehouse, pick } from './warehouse.ts';

openWarehouse();

const crowd = Array.from({ length: 40 }, (_, index) => `crowd${index}`);
const asked = (at: number, status: string) =>
  observation({ dispatch: 'q', role: 'vanished_friend', id: '11', at }, { status });

describe('friend_changes', () => {
  /** What changed: dispatch_id, friend_id, change, previous_dispatch_id, absent_dispatches. */
  test.each<[what: string, pages: Row[], changes: Plain[][]]>([
    [
      'a friend that a check lists first was followed',
      [base, check('b', 80, ['15', '11'])],
      [['b', '15', 'followed', 'a', null]],
    ],
    [
      'a friend that a check proves missing is gone',
      [base, check('b', 80, ['12', '13'], { missing: ['11'] })],
      [['b', '11', 'no_longer_listed', 'a', 1]],
    ],
    ['below its frontier nothing is said', [base, check('b', 80, ['11'])], []],
    ['one withheld is not gone', [base, check('b', 80, ['12', '13'], { withheld: ['11'] })], []],
    [
      'nor is anybody by a check with somebody without a readable id',
      [base, check('b', 80, ['15', '12', '13'], { missing: ['11'] }, { unreadable: 1 })],
      [['b', '15', 'followed', 'a', null]],
    ],
    [
      'nor where it reached the end of the list',
      [base, check('b', 80, ['15', '12', '13'], { endedBy: 'end', missing: ['11'] }, { unreadable: 1 })],
      [['b', '15', 'followed', 'a', null]],
    ],
    ['moved is not gone, and nobody is followed twice', [base, check('b', 80, ['14', '11'])], []],
    [
      'an unaligned check says who is listed, and nothing of absence',
      [base, check('b', 80, ['15'], { endedBy: 'limit', frontier: null, missing: ['11'] })],
      [['b', '15', 'followed', 'a', null]],
    ],
    ['a check that goes on says nothing', [base, goesOn], []],
    [
      'nor does one with a hole in its chain',
      [base, check('b', 70, ['15'], { missing: ['12'] }, second)],
      [],
    ],
    [
      'nor one that X closed midway',
      [base, check('b', 80, ['15'], { endedBy: null, missing: ['12'] }), closed],
      [],
    ],
    [
      'it is never a first list',
      [check('b', 80, ['11'], { missing: ['12'] }), list('c', 70, ['11', '13'])],
      [],
    ],
    [
      'what a check has told no list tells again',
      [base, check('b', 80, ['15', '12'], { missing: ['11'] }), list('c', 70, ['15', '12', '13', '14'])],
      [
        ['b', '11', 'no_longer_listed', 'a', 2],
        ['b', '15', 'followed', 'a', null],
      ],
    ],
    [
      'two checks with one base give each change once',
      [
        base,
        check('b', 80, ['15', '12'], { missing: ['11'] }),
        check('c', 70, ['15', '12'], { missing: ['11'] }),
      ],
      [
        ['b', '11', 'no_longer_listed', 'a', 2],
        ['b', '15', 'followed', 'a', null],
      ],
    ],
    [
      'of two that overlap in time the later adds none',
      [
        base,
        check('b', 80, ['11']),
        check('c', 85, ['15'], { endedBy: null, missing: ['11'] }),
        check('c', 70, ['16'], { missing: ['11'] }, { fetch: 'c2', lineage: ['c1'] }),
      ],
      [],
    ],
    [
      'gone by a check and seen by another one is back',
      [base, check('b', 80, ['12', '13'], { missing: ['11'] }), check('c', 70, ['11', '12'])],
      [
        ['b', '11', 'no_longer_listed', 'a', 1],
        ['c', '11', 'reappeared', 'b', 1],
      ],
    ],
    [
      'what a list misses is back where a check sees it',
      [base, list('b', 80, ['11', '12', '13']), check('c', 70, ['14', '11'])],
      [
        ['b', '14', 'no_longer_listed', 'a', 1],
        ['c', '14', 'reappeared', 'b', 1],
      ],
    ],
    [
      'a check that reaches the end is a list like any other',
      [base, check('b', 80, ['11', '12', '13'], { endedBy: 'end' })],
      [['b', '14', 'no_longer_listed', 'a', 1]],
    ],
    [
      'the checks between two lists do not keep a list that fell from being doubted',
      [
        list('a', 90, ['11', ...crowd]),
        check('b', 85, ['11']),
        list('c', 80, ['crowd0']),
        check('d', 75, ['crowd0']),
      ],
      [['c', '11', 'withheld', 'b', 1]],
    ],
    [
      'and whom one of them sees is not withheld',
      [list('a', 90, ['11', ...crowd]), list('c', 80, ['crowd0']), check('d', 75, ['11'])],
      [],
    ],
  ])('%s', async (_, pages, changes) => {
    const rows = (await changesOf(pages)).filter(({ friend_id }) => !String(friend_id).startsWith('crowd'));
    expect(
      pick(rows, 'dispatch_id', 'friend_id', 'change', 'previous_dispatch_id', 'absent_dispatches'),
    ).toEqual(changes);
  });

  test('the interval goes from the last time that it was seen to the proof, and the row says that a check gave it', async () => {
    const checks = [check('b', 80, ['11']), check('c', 70, ['12'], { missing: ['11'] })];
    expect(await changesOf([base, ...checks])).toMatchObject([
      { friend_id: '11', not_before: minutesAgo(80), not_after: minutesAgo(70), mode: 'check' },
    ]);
  });

  test.each([
    ['that it is suspended, though X was asked before the check', asked(85, 'suspended'), 'suspended'],
    ['that it is not found, the same', asked(85, 'not_found'), 'not_found'],
    ['not that it was active before', asked(85, 'active'), 'unknown'],
    ['that it is active after', asked(60, 'active'), 'active'],
    ['not what X said before it was last listed', asked(95, 'suspended'), 'unknown'],
  ])('of a friend that a check proves missing X has said: %s', async (_, observed, status) => {
    const pages = [base, check('b', 80, ['12', '13'], { missing: ['11'] })];
    expect(await changesOf(pages, [observed])).toMatchObject([{ friend_id: '11', status_of_friend: status }]);
  });

  /** What a check says of 15, of whom the list before it says nothing, and the check in between whose head is `top`. */
  const cameSince = async (top: Row, after: Row = check('c', 70, ['15', '11'])) =>
    (await changesOf([base, top, after])).find(({ friend_id }) => friend_id === '15')?.previous_dispatch_id;
  const head = (friends: string[], conclusion: Conclusion = {}, columns: Row = {}) => ({
    ...check('b', 80, friends, conclusion),
    ...{ page_size: friends.length, ...columns },
  });

  test.each<[what: string, top: Row, since: string, after?: Row]>([
    ['a check whose head has somebody below it', head(['11', '12']), 'b'],
    [
      'also where a full read shows it',
      head(['11', '12']),
      'b',
      list('c', 70, ['15', '11', '12', '13', '14']),
    ],
    ['not one whose head is gone or stands above it', head(['12']), 'a', check('c', 70, ['12', '15', '11'])],
    ['not where X left somebody out of the first page', head(['11'], {}, { page_size: 3 }), 'a'],
    ['nor where its count spoke of somebody unseen', head(['11'], { more: 1 }), 'a'],
    ['nor where the known list was not met', head(['11'], { frontier: null, endedBy: 'limit' }), 'a'],
    ['nor by a check that did not end', head(['11'], { endedBy: null }), 'a'],
  ])('who comes has come since %s', async (_, top, since, after) => {
    expect(await cameSince(top, after)).toBe(since);
  });

  test('that it was listed once, and not on that head, does not matter', async () => {
    const pages = [
      base,
      check('b', 85, ['12', '13'], { missing: ['11'] }),
      { ...check('c', 80, ['12']), page_size: 1 },
      check('d', 75, ['11', '12']),
    ];
    const changes = await changesOf(pages);
    expect(changes.find(({ change }) => change === 'reappeared')).toMatchObject({
      ...{ dispatch_id: 'd', previous_dispatch_id: 'c', absent_dispatches: 1 },
      ...{ not_before: minutesAgo(80), not_after: minutesAgo(75) },
    });
  });

  test('a page of a check that is stored twice counts once', async () => {
    const gone = check('b', 80, ['12', '13'], { missing: ['11'] });
    expect(await changesOf([base, gone, gone])).toMatchObject([{ friend_id: '11', absent_dispatches: 1 }]);
  });
});
