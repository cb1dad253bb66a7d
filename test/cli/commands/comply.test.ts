import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEnded, truthOf } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { startDodo } from '../support/process.ts';

interface Complied {
  job: string;
  accounts: number;
  named: Record<string, number>;
  hidden: Record<string, number>;
  hiddenAnew: number;
  shownAgain: number;
}

/** Both follow the same people; the second is a friend of nobody. */
const PARENTS = ['ewan_mcallister', 'sunita_rao'] as const;

const on = await startTestStack();
const comply = (...args: string[]) => dodoJson<Complied>(['comply', ...args], { data: on.dir });
const orderedOf = (status: string, accounts: string[]) =>
  on.sim(
    'statuses',
    accounts.map((account) => ({ account, status })),
  );
const shown = async (view: string, column: string, id: string) => {
  const rows = await on.select(`SELECT ${column} FROM ${view} WHERE ${column} = '${id}'`);
  return rows.length > 0;
};
/** The views in which friends are, of whom one is a friend. */
const FRIENDS: [view: string, column: string][] = [
  ['friends', 'friend_id'],
  ['current_friends', 'friend_id'],
  ['account_history', 'account_id'],
];

let friends: string[] = [];
const friend = (place: number) => friends[place] ?? '';
beforeAll(async () => {
  const { runId } = await dodoJson<{ runId: string }>(['dispatch', ...PARENTS], { data: on.dir });
  await runEnded(on, runId, PARENTS.length);
  friends = (await truthOf(on, PARENTS[0])).friends.map(({ id }) => id);
}, 120_000);
afterAll(() => on.stop());

describe('dodo comply', () => {
  test('asks about every account that the history holds, once each, and hides nobody with whom nothing is wrong', async () => {
    const [held] = await on.select(
      `SELECT COUNT(DISTINCT id) AS ids FROM (
         SELECT friend_id AS id FROM friends UNION ALL SELECT parent_id FROM dispatch_progress)`,
    );
    expect(await comply()).toMatchObject({
      accounts: held?.ids,
      named: { deleted: 0, deactivated: 0, suspended: 0 },
      ...{ hidden: {}, hiddenAnew: 0, shownAgain: 0 },
    });
  });

  test('hides who is deleted or deactivated on some day from every view, with the reason, and no others', async () => {
    await on.sim('day', { advance: 1 });
    await orderedOf('deleted', [friend(0)]);
    await orderedOf('deactivated', [friend(1), PARENTS[1]]);
    await orderedOf('suspended', [friend(2)]);
    await orderedOf('protected', [friend(3)]);
    const { named, hidden, hiddenAnew } = await comply();
    expect(named.deactivated).toBe(2);
    expect(named.deleted).toBeGreaterThanOrEqual(1);
    expect(hidden).toEqual({ deleted: named.deleted, deactivated: 2 });
    expect(hiddenAnew).toBe(2 + (named.deleted ?? 0));
    for (const [view, column] of FRIENDS) {
      for (const place of [0, 1])
        expect([view, await shown(view, column, friend(place))]).toEqual([view, false]);
      for (const place of [2, 3, 4])
        expect([view, await shown(view, column, friend(place))]).toEqual([view, true]);
    }
    expect((await on.select('SELECT DISTINCT parent_username FROM dispatch_progress')).length).toBe(1);
    const rows = await on.select(
      `SELECT id, reason FROM forgotten_accounts WHERE id IN ('${friend(0)}', '${friend(1)}') ORDER BY reason`,
    );
    expect(rows).toEqual([
      { id: friend(1), reason: 'deactivated' },
      { id: friend(0), reason: 'deleted' },
    ]);
  });

  test('shows again whom X names no longer, unless somebody asked for it by "dodo forget"', async () => {
    await dodo(['forget', friend(1), '--yes'], { data: on.dir });
    await orderedOf('active', [friend(0), friend(1), PARENTS[1]]);
    expect(await comply()).toMatchObject({ hiddenAnew: 0, shownAgain: 2 });
    expect(await shown('friends', 'friend_id', friend(0))).toBe(true);
    expect(await shown('friends', 'friend_id', friend(1))).toBe(false);
    expect((await on.select('SELECT DISTINCT parent_username FROM dispatch_progress')).length).toBe(2);
    expect((await dodo(['forget', '--undo', friend(1), '--yes'], { data: on.dir })).code).toBe(0);
    expect(await shown('friends', 'friend_id', friend(1))).toBe(true);
  });

  test('hides suspended and protected ones where that is said, and as long as X names them', async () => {
    const { out } = await dodo(['comply'], { data: on.dir });
    expect(out).toMatch(/│ suspended +│ +\d+ │ +0 │/);
    expect(out).toContain('Hide the others too: --also suspended protected\n');
    await comply('--also', 'suspended', 'protected');
    for (const place of [2, 3]) expect(await shown('friends', 'friend_id', friend(place))).toBe(false);
    expect(await comply()).toMatchObject({ hiddenAnew: 0, shownAgain: 0 });
    for (const place of [2, 3]) expect(await shown('friends', 'friend_id', friend(place))).toBe(false);
    await orderedOf('active', [friend(2), friend(3)]);
    expect(await comply()).toMatchObject({ shownAgain: 2 });
    for (const place of [2, 3]) expect(await shown('friends', 'friend_id', friend(place))).toBe(true);
  });

  test('stopped while X works on it and called again goes on with the same job', async () => {
    await orderedOf('deleted', [friend(5)]);
    await on.sim('compliance', { processingMs: 3_600_000 });
    const child = startDodo(['comply'], { data: on.dir });
    await until('X has the ids', async () => {
      const [newest] = await on.select('SELECT step FROM compliance_jobs ORDER BY done_at DESC LIMIT 1');
      return newest?.step === 'uploaded';
    });
    child.kill('SIGINT');
    await once(child, 'close');
    const [before] = await on.select('SELECT job_id FROM compliance_jobs ORDER BY done_at DESC LIMIT 1');
    await on.sim('compliance', { processingMs: 0 });
    const { code, err, out } = await dodo(['comply', '--json'], { data: on.dir });
    expect([code, JSON.parse(out).job]).toEqual([0, before?.job_id]);
    expect(err).toContain(`going on with the job ${before?.job_id}, which is uploaded`);
    expect(await shown('friends', 'friend_id', friend(5))).toBe(false);
  });

  test.each(['id', 'username'])('of what X names "dodo forget --undo" shows nobody, by %s', async (name) => {
    const [account] = await on.select(
      `SELECT DISTINCT friend.${name} AS given
       FROM completed_scrapes AS page CROSS JOIN UNNEST(page.friends) AS friend WHERE friend.id = '${friend(5)}'`,
    );
    const { code, err } = await dodo(['forget', '--undo', `${account?.given}`, '--yes'], { data: on.dir });
    expect([code, err]).toEqual([1, expect.stringContaining('X says that it is to be taken out')]);
    expect(await shown('friends', 'friend_id', friend(5))).toBe(false);
  });
});
