import { afterAll, describe, expect, test } from 'vitest';
import { accountNamed } from '../../../infra/cli/forgotten/accounts.ts';
import { type Conclusion, check } from '../../views/check-rows.ts';
import {
  HOUR,
  noRows,
  observation,
  type PageSketch,
  page,
  plan,
  type Row,
  type Rows,
  requested,
} from '../../views/rows.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { openWarehouse } from '../support/history.ts';

/** Older and younger than what BigQuery lets nobody change. */
const OLD = 24 * HOUR;
const YOUNG = HOUR;

/** Parents 1 and 2 both follow ann and two others; parent 1 was read a day ago and an hour ago, and ann was renamed. */
function history(): Rows {
  const rows = noRows();
  const add = (dispatch: string, parent: string, ago: number, ann: string) => {
    const of = { dispatch, parent, ago };
    const grandparent = parent === '2' ? { grandparent_id: '1', grandparent_username: 'parent1' } : {};
    rows.requested_dispatches.push(requested(of));
    rows.dispatches.push(plan(of, { grandparent: '{"id":"1","username":"parent1"}', ...grandparent }));
    const sketch: PageSketch = {
      ...of,
      fetch: `f-${dispatch}`,
      friends: [['10', ann], '11', '12'],
      at: ago - 5,
    };
    rows.completed_scrapes.push(page(sketch, grandparent));
  };
  add('d1', '1', OLD, 'ann');
  add('d2', '2', OLD, 'ann');
  add('d3', '1', YOUNG, 'ann_renamed');
  // Checks of parent 2: ann appeared in one, was sought in it, and was where the other met the known list.
  const checked = (dispatch: string, saying: Conclusion, appeared: string[], unknown: string[] = []) => {
    const row = check(dispatch, OLD - 60, ['13', '11'], saying, {
      ...{ parent: '2', ago: OLD - 60 },
      unknown,
    });
    rows.completed_scrapes.push({ ...row, check: { ...(row.check as Row), appeared } });
  };
  checked('c1', { missing: ['15', '10', '14'], withheld: ['17', '10', '16'] }, ['13', '10', '11']);
  checked('c2', { frontier: '10', fewer: 1 }, [], ['18', '10']);
  rows.account_metadata.push(
    observation({ dispatch: 'd1', role: 'vanished_friend', id: '10', username: 'ann', at: OLD }),
  );
  return rows;
}

const warehouse = await openWarehouse();
await warehouse.fill(history());
afterAll(() => warehouse.close());

const forget = (...args: string[]) => dodo(['forget', ...args], warehouse.running);
/** The rows of a query, each as its values with a comma between. */
const values = async (sql: string) =>
  (await warehouse.select(`SELECT ${sql}`)).map((row) => Object.values(row).join());
/** Friends that the stored pages hold, by dispatch. */
const stored = () =>
  values(
    'dispatch_id, STRING_AGG(friend.id ORDER BY friend.position) FROM completed_scrapes, UNNEST(friends) AS friend WHERE STARTS_WITH(dispatch_id, "d") GROUP BY dispatch_id ORDER BY dispatch_id',
  );

test('what is forgotten is an id where it is digits, unless an @ says that it is a username', () => {
  expect(accountNamed('id:1600000000000000001')).toEqual({ id: '1600000000000000001', username: null });
  expect(accountNamed('123')).toEqual({ id: '123', username: null });
  expect(accountNamed('@123')).toEqual({ id: null, username: '123' });
  expect(accountNamed('@Ann')).toEqual({ id: null, username: 'ann' });
});

const isShown = async () => (await values("COUNT(*) FROM friends WHERE friend_id = '10'"))[0] !== '0';

describe('dodo forget', () => {
  test('says what will vanish, and asks: on a no nothing is done, and without a terminal neither', async () => {
    const no = await dodo(['forget', 'ann'], { ...warehouse.running, answers: ['n'] });
    expect(no).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^1 account to vanish from every view: .*\n$/),
    });
    expect(no.err).toContain('@ann (10): no view is to show that any more. Go on? [y/N] ');
    expect(await forget('ann')).toMatchObject({ code: 2, err: expect.stringContaining('add --yes') });
    expect(await isShown()).toBe(true);
  });

  test('is undone at once, by any of its names, where that is said', async () => {
    await forget('@ann', '--yes');
    expect(await isShown()).toBe(false);
    expect((await forget('--undo', '10')).code).toBe(2);
    expect(await isShown()).toBe(false);
    expect(await forget('--undo', '10', '--yes')).toEqual({
      code: 0,
      out: 'shown again: @ann (10)\n',
      err: '',
    });
    expect(await isShown()).toBe(true);
    const none = 'dodo: none of them is forgotten: @ann (no id is known).\n';
    expect(await forget('--undo', '@ann', '--yes')).toEqual({ code: 1, out: '', err: none });
  });

  test('hides an account from every view, under every name that it has had', async () => {
    expect(await values("COUNT(*) FROM friends WHERE friend_id = '10'")).toEqual(['3']);
    const { code, out } = await forget('@Ann', '--reason', 'asked for', '--yes');
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        '1 account to vanish from every view: 0 lists of their own, their places in 3 lists of others; 4 stored rows (3 pages, 0 plans, 1 observation)',
        '@ann (10) is forgotten: no view shows it any more',
        'undo it: npx dodo forget --undo @ann\n',
      ].join('\n'),
    });
    for (const view of ['friends', 'current_friends', 'friend_changes'])
      expect(await values(`COUNT(*) FROM ${view} WHERE friend_id = '10'`), view).toEqual(['0']);
    expect(await values("COUNT(*) FROM account_history WHERE account_id = '10'")).toEqual(['0']);
    expect(await values('id, username, reason FROM forgotten_accounts')).toEqual(['10,ann,asked for']);
  });

  test('is done once, however often it is said', async () => {
    expect((await forget('ann')).out).toBe('@ann (10) was forgotten before\n');
    expect(await values('COUNT(*) FROM forgotten_accounts')).toEqual(['1']);
  });

  test('takes an account that nobody has seen yet: it is not to come', async () => {
    const { out, err } = await forget('never_seen', '--yes');
    expect(out).toContain('@never_seen (no id is known) is forgotten: no view shows it any more\n');
    expect(err).toBe(
      'no stored row has @never_seen (no id is known): is it spelt as X spells it? It is forgotten all the same, should it come.\n',
    );
  });
});

describe('dodo forget --scrub', () => {
  test('asks first, since it cannot be undone', async () => {
    const before = await stored();
    const { code, err } = await forget('--scrub');
    const asks = /This rewrites or deletes 6 stored rows for good\. .*add --yes/;
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(asks) });
    expect(await stored()).toEqual(before);
  });

  test('takes a friend out of the pages, leaves the others in their order, and says what is too young', async () => {
    const { code, out } = await forget('--scrub', '--yes');
    expect(code).toBe(0);
    expect(out).toContain('scrubbed 6 rows.');
    expect(out).toContain('1 row is younger than 90 minutes');
    expect(await stored()).toEqual(['d1,11,12', 'd2,11,12', 'd3,10,11,12']);
    expect(await values('COUNT(*) FROM account_metadata')).toEqual(['0']);
    expect(await values("friend_count FROM completed_scrapes WHERE dispatch_id = 'd1'")).toEqual(['3']);
  });

  test('cannot be undone, and says so', async () => {
    const { code, err } = await forget('--undo', '@ann', '--yes');
    const says =
      /^dodo: @ann \(10\) was scrubbed at 20.* UTC: what was stored is gone, and it stays forgotten\./;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
    expect((await forget('ann')).out).toBe('@ann (10) was forgotten before\n');
  });

  test('takes an account out of what checks say, and leaves them what they prove', async () => {
    const named = ['appeared', 'missing', 'withheld'].map((name) => `TO_JSON_STRING(\`check\`.${name})`);
    const others = '`check`.ended_by, `check`.fewer, TO_JSON_STRING(unknown_friends)';
    const sql = `dispatch_id, \`check\`.frontier_id, ${named}, ${others} FROM completed_scrapes`;
    expect(await values(`${sql} WHERE STARTS_WITH(dispatch_id, 'c') ORDER BY dispatch_id`)).toEqual([
      'c1,11,["13","11"],["15","14"],["17","16"],overlap,0,[]',
      'c2,,[],[],[],overlap,1,["18"]',
    ]);
    expect(await values("state FROM dispatch_progress WHERE dispatch_id = 'c2'")).toEqual(['open']);
    expect(await values("frontier_id FROM scrape_history WHERE dispatch_id = 'c2'")).toEqual(['']);
  });

  test('has nothing more to do afterwards, but for what is too young', async () => {
    const { scrubbed } = await dodoJson<{ scrubbed: { now: number; later: number }[] }>(
      ['forget', '--scrub'],
      warehouse.running,
    );
    expect(scrubbed.map(({ now }) => now)).toEqual(Array(9).fill(0));
    expect(scrubbed.reduce((sum, { later }) => sum + later, 0)).toBe(1);
  });

  test('of a parent deletes its pages and plans, and its name where it is a grandparent', async () => {
    const { code, out } = await forget('1', '--scrub', '--yes');
    expect(code).toBe(0);
    expect(out).toContain('account 1 is forgotten');
    expect(await values('dispatch_id FROM completed_scrapes ORDER BY dispatch_id')).toEqual([
      'c1',
      'c2',
      'd2',
      'd3',
    ]);
    // Else its run would wait for it for ever.
    const ofRuns = 'dispatch_id FROM requested_dispatches ORDER BY dispatch_id';
    expect(await values(ofRuns)).toEqual(['d2', 'd3']);
    const named = "grandparent_id, grandparent_username, 'none'";
    expect(await values(`grandparent, ${named} FROM dispatches WHERE dispatch_id = 'd2'`)).toEqual([
      ',,,none',
    ]);
    expect(await values(`${named} FROM completed_scrapes WHERE dispatch_id = 'd2'`)).toEqual([',,none']);
    expect(await values("parent_username FROM dispatch_progress WHERE dispatch_id IN ('d1', 'd2')")).toEqual([
      'parent2',
    ]);
  });
});
