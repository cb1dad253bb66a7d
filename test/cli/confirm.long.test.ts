import { afterAll, beforeAll, expect, test } from 'vitest';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { dodo, dodoJson, type Running } from './dodo.ts';

const PARENTS = ['parent_6_3000', 'parent_7_1000'];

let on: TestStack;
let stack: Running;
beforeAll(async () => {
  on = await startTestStack();
  stack = { data: on.dir };
  for (const day of [0, 1]) {
    await on.sim('day', { day });
    const { runId } = await dodoJson<{ runId: string }>(['dispatch', ...PARENTS], stack);
    await runEnded(on, runId, PARENTS.length);
  }
}, 120_000);
afterAll(() => on.stop());

const gone = (and = '') =>
  on.select(
    `SELECT parent_username, friend_id, status_of_friend, run_id FROM friend_changes WHERE change = 'no_longer_listed' ${and} ORDER BY friend_id`,
  );
const callsToX = async () => (await on.sim('calls')) as { total: number; users: number };

test('dodo confirm asks X about friends of one parent that are gone, and shows the cost first', async () => {
  const ofFirst = await gone(`AND parent_username = '${PARENTS[0]}'`);
  expect(ofFirst.length).toBeGreaterThan(10);
  expect(new Set(ofFirst.map((row) => row.status_of_friend))).toEqual(new Set(['unknown']));
  const { code, out } = await dodo(['confirm', '--parent', `@${PARENTS[0]}`], stack);
  expect(code).toBe(0);
  const friends = ofFirst.length;
  expect(out).toContain(
    `${friends} friends of unknown status, at most $${(friends / 100).toFixed(2)} (simulated`,
  );
  await known(`AND parent_username = '${PARENTS[0]}'`);
  expect(await gone(`AND parent_username = '${PARENTS[1]}'`)).not.toEqual([]);
});

test('and then about those of all parents, each once; afterwards there is nobody left to ask about', async () => {
  const unknown = await gone("AND status_of_friend = 'unknown'");
  const friends = new Set(unknown.map((row) => row.friend_id));
  const { asked } = await dodoJson<{ asked: number }>(['confirm'], stack);
  expect(asked).toBe(friends.size);
  const rows = await known('');
  const statuses = rows.map((row) => String(row.status_of_friend));
  for (const status of statuses) expect(['active', 'suspended', 'not_found']).toContain(status);
  for (const status of ['active', 'suspended']) expect(statuses).toContain(status);

  await on.sim('reset-calls', {});
  const { out } = await dodo(['confirm'], stack);
  expect(out).toContain('0 friends of unknown status, at most $0.00');
  expect((await callsToX()).total).toBe(0);
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
  const { code, err } = await dodo(['confirm', '--parent', 'nobody'], stack);
  expect({ code, err }).toEqual({ code: 1, err: 'dodo: no run has read the friends of "nobody".\n' });
});

function known(and: string) {
  return until('every status is known', async () => {
    const rows = await gone(and);
    return rows.every((row) => row.status_of_friend !== 'unknown') && rows;
  });
}
