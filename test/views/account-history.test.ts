import { expect, test } from 'vitest';
import { minutesAgo, observation, page, type Row, type Rows } from './rows.ts';
import { openWarehouse, pick, shownOf } from './warehouse.ts';

openWarehouse();

const history = (rows: Partial<Rows>) => shownOf(rows, 'account_history', 'observed_at, account_id');

const listed = (dispatch: string, at: number, friend: Row) => {
  const row = page({ dispatch, fetch: `${dispatch}1`, friends: ['11'], at });
  return { ...row, friends: [{ position: 1, id: '11', ...friend }] };
};
const alice = { username: 'alice', name: 'Alice', description: 'hello', followers_count: 5 };

test('an account has a row for its first observation, and none for one that shows nothing new', async () => {
  const rows = await history({
    completed_scrapes: [listed('b', 80, { ...alice, followers_count: 9 }), listed('a', 90, alice)],
  });
  expect(rows).toMatchObject([
    {
      account_id: '11',
      observed_at: minutesAgo(90),
      changed: 'first',
      status: 'active',
      previous_status: null,
      username: 'alice',
      previous_username: null,
      followers_count: 5,
      role: 'friend',
      dispatch_id: 'a',
    },
  ]);
  expect(rows).toHaveLength(1);
});

test('a row says what was new and what it was before', async () => {
  const before = { ...alice, location: 'Lagos', url: 'https://t.co/a' };
  const after = {
    ...{ username: 'alicia', description: 'bye', location: 'Pune', url: 'https://t.co/b' },
    name: 'Alice',
  };
  const rows = await history({ completed_scrapes: [listed('a', 90, before), listed('b', 80, after)] });
  expect(rows[1]).toMatchObject({
    changed: 'username, description, location, url',
    ...{ username: 'alicia', previous_username: 'alice', description: 'bye', previous_description: 'hello' },
    ...{
      location: 'Pune',
      previous_location: 'Lagos',
      url: 'https://t.co/b',
      previous_url: 'https://t.co/a',
    },
  });
});

test('what X leaves out counts as unchanged, also across several observations', async () => {
  const bare = { username: 'alice' };
  const rows = await history({
    completed_scrapes: [
      listed('a', 90, alice),
      listed('b', 80, bare),
      listed('c', 70, alice),
      listed('d', 60, { ...alice, name: 'Al' }),
    ],
  });
  expect(pick(rows, 'changed', 'previous_name')).toEqual([
    ['first', null],
    ['name', 'Alice'],
  ]);
});

test('look-ups and friends lists tell one story', async () => {
  const asked = (at: number, status: string) =>
    observation(
      { dispatch: 'q', role: 'vanished_friend', id: '11', at },
      { id: null, username: null, status },
    );
  const rows = await history({
    completed_scrapes: [listed('a', 90, alice), listed('b', 60, { ...alice, protected: true })],
    account_metadata: [asked(80, 'suspended'), asked(75, 'suspended'), asked(70, 'not_found')],
  });
  expect(pick(rows, 'role', 'status', 'previous_status', 'changed')).toEqual([
    ['friend', 'active', null, 'first'],
    ['vanished_friend', 'suspended', 'active', 'status'],
    ['vanished_friend', 'not_found', 'suspended', 'status'],
    ['friend', 'protected', 'not_found', 'status'],
  ]);
});

test('that X did not say is no news of an account that is known, and no news is what it says after that', async () => {
  const asked = (at: number, status: string) =>
    observation({ dispatch: 'q', role: 'vanished_friend', id: '11', at }, { status });
  const silent = (at: number) => asked(at, 'unknown');
  const statuses = async (rows: Partial<Rows>) =>
    pick(await history(rows), 'changed', 'status', 'previous_status');
  const first = ['first', 'active', null];
  expect(
    await statuses({
      completed_scrapes: [listed('a', 90, alice), listed('b', 70, alice)],
      account_metadata: [silent(80)],
    }),
  ).toEqual([first]);
  expect(
    await statuses({ account_metadata: [asked(90, 'active'), silent(80), asked(70, 'suspended')] }),
  ).toEqual([first, ['status', 'suspended', 'active']]);
  expect(await statuses({ account_metadata: [silent(90), silent(80), asked(70, 'not_found')] })).toEqual([
    ['first', 'unknown', null],
    ['status', 'not_found', 'unknown'],
  ]);
});

test('an account that X did not know by its username is told by that username', async () => {
  const unknown = (username: string, at: number) =>
    observation(
      { dispatch: 'q', role: 'parent', username, at },
      { id: null, username: null, status: 'not_found' },
    );
  const rows = await history({
    account_metadata: [unknown('ghost', 90), unknown('ghost', 80), unknown('phantom', 70)],
  });
  expect(pick(rows, 'account_id', 'username', 'status')).toEqual([
    [null, 'ghost', 'not_found'],
    [null, 'phantom', 'not_found'],
  ]);
});
