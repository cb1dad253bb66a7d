import { describe, expect, test } from 'vitest';
import { forgotten, observation, page, plan, type Row, type Rows } from './rows.ts';
import { emptyWarehouse, openWarehouse, VIEWS, type Warehouse } from './warehouse.ts';

openWarehouse();

/** Account 7, called Gone, is a friend of parent 1, a parent and a grandparent, was looked up, and vanished once. */
const GRANDPARENT = { grandparent_id: '7', grandparent_username: 'Gone' };
const parent1 = (dispatch: string, at: number, friends: [string, string][]) =>
  page({ dispatch, fetch: `${dispatch}1`, friends, at }, GRANDPARENT);
const story: Rows = {
  stops: [],
  requested_dispatches: [],
  completed_scrapes: [
    parent1('a', 90, [
      ['7', 'Gone'],
      ['8', 'stays'],
    ]),
    parent1('b', 80, [['8', 'stays']]),
    parent1('c', 70, [
      ['7', 'gONE'],
      ['8', 'stays'],
      ['9', 'fresh'],
    ]),
    page(
      { dispatch: 'd', parent: '7', fetch: 'd1', friends: ['8'], at: 60 },
      { parent_username: 'Gone', list_order: { compared: 1, displaced: 0, new_on_top: 0, new_below: 0 } },
    ),
  ],
  dispatches: [
    plan({ dispatch: 'a' }, GRANDPARENT),
    plan({ dispatch: 'd', parent: '7' }, { parent_username: 'Gone', status: 'over_budget', parent_id: null }),
    plan({ dispatch: 'd', parent: '7' }, { parent_username: 'Gone', message_id: 'message 9' }),
  ],
  account_metadata: [
    observation(
      { dispatch: 'd', role: 'parent', username: 'Gone', at: 95 },
      { id: '7', requested_username: 'gone' },
    ),
    observation(
      { dispatch: 'q', role: 'vanished_friend', id: '7', at: 75 },
      { id: null, username: null, status: 'suspended' },
    ),
  ],
  forgotten_accounts: [],
  compliance_jobs: [],
};

async function tell(forgotten_accounts: Row[], rows = story): Promise<Warehouse> {
  const warehouse = await emptyWarehouse();
  await warehouse.load({ ...rows, forgotten_accounts });
  return warehouse;
}

/** Every view's rows that name the account anywhere. */
async function traces(warehouse: Warehouse): Promise<string[]> {
  const all = await Promise.all(
    VIEWS.map(async (view) => ({ view, text: JSON.stringify(await warehouse.rows(view)) })),
  );
  return all.filter(({ text }) => /"7"|gone/i.test(text)).map(({ view }) => view);
}

describe('a forgotten account', () => {
  test('is seen in every view before (so that the following means something)', async () => {
    const views = VIEWS.filter((view) => view !== 'daily_cost');
    expect(await traces(await tell([]))).toEqual(views);
  });

  test('listed by id and username is in no view', async () => {
    expect(await traces(await tell([forgotten({ id: '7', username: 'gone' })]))).toEqual([]);
  });

  test('listed by id alone is in no view, although one planning did not know its id', async () => {
    expect(await traces(await tell([forgotten({ id: '7' })]))).toEqual([]);
  });

  test('listed by username alone, however written, is in no view where X told its username', async () => {
    const told = { ...story, account_metadata: story.account_metadata.slice(0, 1) };
    expect(await traces(await tell([forgotten({ username: 'GONE' })], told))).toEqual([]);
  });

  test('leaves the other friends, the other parents and the money where they were', async () => {
    const costs = await (await tell([])).rows('daily_cost', 'day');
    const after = await tell([forgotten({ id: '7', username: 'gone' })]);
    expect((await after.rows('friends')).map((row) => row.friend_id).sort()).toEqual(['8', '8', '8', '9']);
    expect(await after.rows('dispatch_progress', 'dispatch_id')).toMatchObject([
      { dispatch_id: 'a', friends_listed: 1, grandparent_id: null, grandparent_username: null },
      { dispatch_id: 'b', friends_listed: 1 },
      { dispatch_id: 'c', friends_listed: 2 },
    ]);
    expect(await after.rows('friend_changes')).toMatchObject([
      { dispatch_id: 'c', friend_id: '9', change: 'followed' },
    ]);
    expect(await after.rows('daily_cost', 'day')).toEqual(costs);
  });

  test('does not take along whoever has no id or username', async () => {
    const warehouse = await tell([forgotten({ id: '5' }), forgotten({ username: 'nobody' })]);
    expect(await warehouse.rows('friends')).toHaveLength(7);
    expect(await warehouse.rows('account_history')).not.toEqual([]);
  });
});
