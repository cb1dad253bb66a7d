import { describe, expect, test } from 'vitest';
import { changesOf, list, lists } from './lists.ts';
import { minutesAgo, observation, type Row } from './rows.ts';
import { openWarehouse } from './warehouse.ts';

openWarehouse();

const crowd = (size: number) => Array.from({ length: size }, (_, index) => `crowd${index}`);

/**
 * Lists a, b, c …, ten minutes apart, of so many others, and of friend 11 where a + stands behind. X names it in a problem
 * where that is a ?, and returns somebody without a readable id where that is a * (beside friend 11: +*).
 */
function listsOf(sketch: string): Row[] {
  return sketch.split(' ').map((text, index) => {
    const [, others = '', mark] = /^(\d+)(\+?[?*]?)$/.exec(text) ?? [];
    const friends = [...crowd(Number(others)), ...(mark?.startsWith('+') ? ['11'] : [])];
    const odd = { unknown: mark === '?' ? ['11'] : [], unreadable: mark?.endsWith('*') ? 1 : 0 };
    return list('abcdefgh'[index] ?? '', 900 - 10 * index, friends, odd);
  });
}

const ofFriend = async (pages: Row[], observations: Row[] = []) =>
  (await changesOf(pages, observations)).filter((row) => row.friend_id === '11');

/** What becomes of friend 11: the change, since which list, by which, in how many lists it is missing. */
async function storyOf(sketch: string): Promise<string[]> {
  const rows = await ofFriend(listsOf(sketch));
  return rows.map(({ change, previous_dispatch_id, dispatch_id, absent_dispatches }) =>
    [change, previous_dispatch_id, dispatch_id, absent_dispatches].filter((text) => text !== null).join(' '),
  );
}

describe('a list that fell below half of the one before it, which had 20 friends or more', () => {
  test.each([
    ['withholds who is missing in it, while it is the newest', '40+ 5', ['withheld a b 1']],
    ['tells it by the second list that says the same', '40+ 5 5', ['no_longer_listed a c 2']],
    ['and on from there', '40+ 5 5 40', ['no_longer_listed a c 3']],
    ['tells nothing where the second list says otherwise', '40+ 5 40+', []],
    ['has the second list tell of each friend for itself', '40+ 5 40', ['no_longer_listed a c 2']],
    ['tells who is on it', '40 5+', ['followed a b']],
    ['and withholds nobody that it lists', '40+ 5+', []],
    [
      'tells who came back, since the last list that is sure',
      '40+ 40 5 40+',
      ['no_longer_listed a b 2', 'reappeared b d 2'],
    ],
    ['tells who came, since the last list that is sure', '40 5 40+', ['followed a c']],
    ['is sure where the one before it fell, too, and says the same', '90+ 40 15', ['no_longer_listed a c 2']],
    ['and else is not', '90+ 40+ 15', ['withheld b c 1']],
    [
      'and tells by a third list who came back after two of them',
      '90+ 40 15 90+',
      ['no_longer_listed a c 2', 'reappeared c d 2'],
    ],
    ['is no first list', '5+ 40+', []],
  ])('%s: %s', async (_, sketch, expected) => {
    expect(await storyOf(sketch)).toEqual(expected);
  });

  test.each([
    ['exactly half is not below it', '39+ 20', ['no_longer_listed a b 1']],
    ['one less is', '40+ 20', ['withheld a b 1']],
    ['19 friends are too few to be told from a clearing', '18+ 0', ['no_longer_listed a b 1']],
    ['20 are not', '19+ 0', ['withheld a b 1']],
  ])('%s: %s', async (_, sketch, expected) => {
    expect(await storyOf(sketch)).toEqual(expected);
  });

  test('what is told by the second list happened between the last list with the friend and that one', async () => {
    expect(await ofFriend(listsOf('40+ 5 5'))).toMatchObject([
      { not_before: minutesAgo(900), not_after: minutesAgo(880), friend_username: 'user11' },
    ]);
  });

  test('a withheld row says nothing of the status, even where X was asked', async () => {
    const asked = observation(
      { dispatch: 'q', role: 'vanished_friend', id: '11', at: 800 },
      { status: 'active' },
    );
    expect(await ofFriend(listsOf('40+ 5'), [asked])).toMatchObject([
      { change: 'withheld', status_of_friend: null, status_observed_at: null },
    ]);
  });

  test('no query for no_longer_listed counts a friend of it', async () => {
    const changes = await changesOf(listsOf('40+ 5'));
    expect(changes.filter(({ change }) => change === 'no_longer_listed')).toEqual([]);
    expect(changes.filter(({ change }) => change === 'withheld')).toHaveLength(36);
  });
});

describe('a friend that X named in a problem', () => {
  test.each([
    ['is neither gone nor back', '9+ 9? 9+', []],
    ['is neither gone nor back, however often', '9+ 9? 9? 9+', []],
    [
      'is gone by the next list that misses it, since the last that had it',
      '9+ 9? 9',
      ['no_longer_listed a c 1'],
    ],
    [
      'came back by the next list that has it, since the last that missed it',
      '9+ 9 9? 9+',
      ['no_longer_listed a b 1', 'reappeared b d 1'],
    ],
    ['stays gone', '9+ 9 9? 9', ['no_longer_listed a b 2']],
    ['has come by the next list that has it', '9 9? 9+', ['followed a c']],
    ['is nothing new where no list had said that it was not there', '9? 9+', []],
    ['and is new where one had', '9? 9 9+', ['followed b c']],
    ['stays withheld', '40+ 5 5?', ['withheld a b 1']],
    ['is not withheld by the list that names it', '40+ 5?', []],
  ])('%s: %s', async (_, sketch, expected) => {
    expect(await storyOf(sketch)).toEqual(expected);
  });

  test('is listed where another page of the list has it', async () => {
    const [first, second] = listsOf('9+ 9+');
    expect(await ofFriend([{ ...first }, { ...second, unknown_friends: ['11'] }] as Row[])).toEqual([]);
  });

  test('is not unknown by a page outside the chain', async () => {
    const [first, second] = listsOf('9+ 9') as [Row, Row];
    const outside = { ...second, fetch_id: 'other', unknown_friends: ['11'], completed_at: minutesAgo(880) };
    expect(await ofFriend([first, second, outside])).toMatchObject([{ change: 'no_longer_listed' }]);
  });
});

describe('a list with somebody without a readable id', () => {
  test.each([
    ['says nothing of whoever it misses', '9+ 9* 9+', []],
    ['nor how often', '9+ 9* 9* 9+', []],
    ['nor while it is the newest', '9+ 9*', []],
    ['nor as a first list', '9* 9+', []],
    ['leaves that to the next list, since the last that is sure', '9+ 9* 9', ['no_longer_listed a c 1']],
    ['says who is listed', '9 9+*', ['followed a b']],
    ['and who is back', '9+ 9 9+*', ['no_longer_listed a b 1', 'reappeared b c 1']],
    ['and is what a later list is compared with', '9+ 9+* 9', ['no_longer_listed b c 1']],
    ['is no list that fell, nor the second that says the same', '40+ 5* 5', ['withheld a c 1']],
    ['and takes nothing back', '40+ 5 5*', ['withheld a b 1']],
  ])('%s: %s', async (_, sketch, expected) => {
    expect(await storyOf(sketch)).toEqual(expected);
  });

  test('says nothing on any of its pages', async () => {
    const [first] = listsOf('9+') as [Row];
    const [one, two] = lists('b', 890, 889, [crowd(5), crowd(9).slice(5)]) as [Row, Row];
    expect(await ofFriend([first, one, two])).toMatchObject([{ change: 'no_longer_listed' }]);
    expect(await ofFriend([first, { ...one, unreadable_friends: 1 }, two])).toEqual([]);
  });

  test('a row of before that was counted has nobody of that kind', async () => {
    const rows = listsOf('9+ 9').map((row) => ({ ...row, unreadable_friends: null }));
    expect(await ofFriend(rows)).toMatchObject([{ change: 'no_longer_listed' }]);
  });
});
