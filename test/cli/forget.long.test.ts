import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accountNamed } from '../../infra/cli/commands/forget.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { HOUR, noRows, observation, page, plan, type Rows } from '../views/rows.ts';
import { dodo, dodoJson, type Running } from './dodo.ts';

/** Older and younger than what BigQuery lets nobody change. */
const OLD = 24 * HOUR;
const YOUNG = HOUR;

const FRIENDS: [string, string][] = [
  ['10', 'ann'],
  ['11', 'bob'],
  ['12', 'cy'],
];

/** Parents 1 and 2 both follow ann, bob and cy; parent 1 was read a day ago and an hour ago, and ann was renamed. */
function history(): Rows {
  const rows = noRows();
  const add = (dispatch: string, parent: string, ago: number, friends: [string, string][]) => {
    const of = { dispatch, parent, ago };
    const grandparent = parent === '2' ? { grandparent_id: '1', grandparent_username: 'parent1' } : {};
    rows.dispatches.push(plan(of, { grandparent: '{"id":"1","username":"parent1"}', ...grandparent }));
    rows.completed_scrapes.push(page({ ...of, fetch: `f-${dispatch}`, friends, at: ago - 5 }, grandparent));
  };
  add('d1', '1', OLD, FRIENDS);
  add('d2', '2', OLD, FRIENDS);
  add('d3', '1', YOUNG, [['10', 'ann_renamed'], ...FRIENDS.slice(1)]);
  rows.account_metadata.push(
    observation({ dispatch: 'd1', role: 'vanished_friend', id: '10', username: 'ann', at: OLD }),
  );
  return rows;
}

let on: TestStack;
let data: Running;
beforeAll(async () => {
  on = await startTestStack();
  data = { data: on.dir };
  const dataset = on.bigquery.dataset(on.stack.config.BIGQUERY_DATASET);
  for (const [table, rows] of Object.entries(history()))
    if (rows.length > 0) await dataset.table(table).insert(rows);
});
afterAll(() => on.stop());

const select = (sql: string) => on.select(sql);
/** Friends that the stored pages hold, by dispatch. */
const stored = () =>
  select(
    'SELECT dispatch_id, STRING_AGG(friend.id ORDER BY friend.position) AS ids FROM completed_scrapes, UNNEST(friends) AS friend GROUP BY dispatch_id ORDER BY dispatch_id',
  );

test('what is forgotten is an id where it is digits, unless an @ says that it is a username', () => {
  expect(accountNamed('123')).toEqual({ id: '123', username: null });
  expect(accountNamed('@123')).toEqual({ id: null, username: '123' });
  expect(accountNamed('@Ann')).toEqual({ id: null, username: 'ann' });
});

describe('dodo forget', () => {
  test('hides an account from every view, under every name that it has had', async () => {
    expect(await select("SELECT COUNT(*) AS n FROM friends WHERE friend_id = '10'")).toEqual([{ n: 3 }]);
    const { code, out } = await dodo(['forget', '@Ann', '--reason', 'asked for'], data);
    expect({ code, out }).toEqual({ code: 0, out: '@ann (10) is forgotten: no view shows it any more\n' });
    for (const view of ['friends', 'current_friends', 'friend_changes'])
      expect(await select(`SELECT COUNT(*) AS n FROM ${view} WHERE friend_id = '10'`)).toEqual([{ n: 0 }]);
    expect(await select("SELECT COUNT(*) AS n FROM account_history WHERE account_id = '10'")).toEqual([
      { n: 0 },
    ]);
    expect(await select('SELECT id, username, reason FROM forgotten_accounts')).toEqual([
      { id: '10', username: 'ann', reason: 'asked for' },
    ]);
  });

  test('is done once, however often it is said', async () => {
    const { out } = await dodo(['forget', 'ann'], data);
    expect(out).toBe('@ann (10) was forgotten before\n');
    expect(await select('SELECT COUNT(*) AS n FROM forgotten_accounts')).toEqual([{ n: 1 }]);
  });

  test('takes an account that nobody has seen yet: it is not to come', async () => {
    const { out } = await dodo(['forget', 'never_seen'], data);
    expect(out).toBe('@never_seen (no id is known) is forgotten: no view shows it any more\n');
  });
});

describe('dodo forget --scrub', () => {
  test('asks first, since it cannot be undone', async () => {
    const before = await stored();
    const { code, err } = await dodo(['forget', '--scrub'], data);
    expect({ code, err }).toMatchObject({
      code: 2,
      err: expect.stringMatching(/This rewrites or deletes 3 stored rows for good\. .*add --yes/),
    });
    expect(await stored()).toEqual(before);
  });

  test('takes a friend out of the pages, leaves the others in their order, and says what is too young', async () => {
    const { code, out } = await dodo(['forget', '--scrub', '--yes'], data);
    expect(code).toBe(0);
    expect(out).toContain('scrubbed 3 rows.');
    expect(out).toContain('1 row is younger than 90 minutes');
    expect(await stored()).toEqual([
      { dispatch_id: 'd1', ids: '11,12' },
      { dispatch_id: 'd2', ids: '11,12' },
      { dispatch_id: 'd3', ids: '10,11,12' },
    ]);
    expect(await select('SELECT COUNT(*) AS n FROM account_metadata')).toEqual([{ n: 0 }]);
    expect(await select("SELECT friend_count FROM completed_scrapes WHERE dispatch_id = 'd1'")).toEqual([
      { friend_count: 3 },
    ]);
  });

  test('has nothing more to do afterwards, but for what is too young', async () => {
    const again = await dodoJson<{ scrubbed: { now: number; later: number }[] }>(['forget', '--scrub'], data);
    expect(again.scrubbed.map(({ now }) => now)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(again.scrubbed.reduce((sum, { later }) => sum + later, 0)).toBe(1);
  });

  test('of a parent deletes its pages and plans, and its name where it is a grandparent', async () => {
    const { code, out } = await dodo(['forget', '1', '--scrub', '--yes'], data);
    expect(code).toBe(0);
    expect(out).toContain('account 1 is forgotten');
    expect(await select('SELECT dispatch_id FROM completed_scrapes ORDER BY dispatch_id')).toEqual([
      { dispatch_id: 'd2' },
      { dispatch_id: 'd3' },
    ]);
    expect(
      await select(
        "SELECT grandparent, grandparent_id, grandparent_username FROM dispatches WHERE dispatch_id = 'd2'",
      ),
    ).toEqual([{ grandparent: null, grandparent_id: null, grandparent_username: null }]);
    expect(
      await select(
        "SELECT grandparent_id, grandparent_username FROM completed_scrapes WHERE dispatch_id = 'd2'",
      ),
    ).toEqual([{ grandparent_id: null, grandparent_username: null }]);
    expect(await select('SELECT parent_username FROM dispatch_progress')).toEqual([
      { parent_username: 'parent2' },
    ]);
  });
});
