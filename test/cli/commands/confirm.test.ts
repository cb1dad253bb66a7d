import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEnded } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';

const PARENTS = ['parent_6_3000', 'parent_7_1000'] as const;

const on = await startTestStack();
beforeAll(async () => {
  for (const day of [0, 1]) {
    await on.sim('day', { day });
    const { runId } = await dodoJson<{ runId: string }>(['dispatch', ...PARENTS], { data: on.dir });
    await runEnded(on, runId, PARENTS.length);
  }
}, 120_000);
afterAll(() => on.stop());

const confirm = (...args: string[]) => dodo(['confirm', ...args], { data: on.dir });
const gone = (and = '') =>
  on.select(
    `SELECT parent_username, friend_id, status_of_friend, run_id FROM friend_changes WHERE change = 'no_longer_listed' ${and} ORDER BY friend_id`,
  );
const known = (and: string) =>
  until('every status is known', async () => {
    const rows = await gone(and);
    return rows.every((row) => row.status_of_friend !== 'unknown') && rows;
  });

test('dodo confirm asks X about friends of one parent that are gone, and shows the cost first', async () => {
  const ofFirst = `AND parent_username = '${PARENTS[0]}'`;
  const before = await gone(ofFirst);
  expect(before.length).toBeGreaterThan(10);
  expect(new Set(before.map((row) => row.status_of_friend))).toEqual(new Set(['unknown']));
  const { code, out } = await confirm('--parent', `@${PARENTS[0]}`);
  expect(code).toBe(0);
  const atMost = (before.length / 100).toFixed(2);
  expect(out).toContain(`${before.length} friends of unknown status, at most $${atMost} (simulated`);
  await known(ofFirst);
  expect(await gone(`AND parent_username = '${PARENTS[1]}'`)).not.toEqual([]);
});

test('and then about those of all parents, each once; afterwards there is nobody left to ask about', async () => {
  const unknown = await gone("AND status_of_friend = 'unknown'");
  const { asked } = await dodoJson<{ asked: number }>(['confirm'], { data: on.dir });
  expect(asked).toBe(new Set(unknown.map((row) => row.friend_id)).size);
  const statuses = (await known('')).map((row) => String(row.status_of_friend));
  for (const status of statuses) expect(['active', 'suspended', 'not_found']).toContain(status);
  for (const status of ['active', 'suspended']) expect(statuses).toContain(status);

  await on.sim('reset-calls', {});
  expect((await confirm()).out).toContain('0 friends of unknown status, at most $0.00');
  expect(await on.sim('calls')).toMatchObject({ total: 0 });
});

test('each answer belongs to the dispatch that did not list the friend, and its cost to the job "confirm"', async () => {
  const [stray] = await on.select(
    `SELECT COUNT(*) AS rows_of_no_change FROM account_metadata AS m
     WHERE m.role = 'vanished_friend' AND NOT EXISTS (
       SELECT 1 FROM friend_changes AS c WHERE c.friend_id = m.requested_id AND c.dispatch_id = m.dispatch_id AND c.run_id = m.run_id)`,
  );
  expect(stray).toEqual({ rows_of_no_change: 0 });
  const [cost] = await on.select("SELECT job, look_ups FROM daily_cost WHERE job = 'confirm'");
  expect(Number(cost?.look_ups)).toBeGreaterThan(10);
});

test('a parent that no run has had is a failure, in one sentence', async () => {
  const { code, err } = await confirm('--parent', 'nobody');
  expect({ code, err }).toEqual({ code: 1, err: 'dodo: no run has read the friends of "nobody".\n' });
});
