import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startX } from '../../infra/local/x/server.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

/** As many as are delivered at once: `concurrency` in infra/terraform/services.tf, and what the local Pub/Sub pushes. */
const AT_ONCE = 40;

let x: Awaited<ReturnType<typeof startX>>;
let on: TestStack;
beforeAll(async () => {
  x = await startX();
  on = await startTestStack({ settings: { X_API_BASE_URL: x.url, X_BEARER_TOKEN: 'test' } });
});
afterAll(async () => {
  await on.stop();
  await x.close();
});
beforeEach(() => on.sim('reset-calls', {}));

type Account = { username: string } | { id: string };
const request = (runId: string, number: number, account: Account) => ({
  ...{
    runId,
    dispatchId: `${runId}/${number}`,
    dispatchedAt: new Date().toISOString(),
    job: { name: 'batch' },
  },
  ...{ role: 'vanished_friend', reason: 'test', ...account },
});
const usernames = Array.from({ length: AT_ONCE }, (_, number) => `parent_${number}_5`);

/** Each in a message of its own, all at the same moment; returns the rows once there is one for each. */
async function observed(runId: string, accounts: Account[]) {
  const messages = accounts.map((account, number) => request(runId, number, account));
  await Promise.all(messages.map((message) => on.bus.publish('getmetadata', message)));
  return until(`${accounts.length} accounts of ${runId} are observed`, async () => {
    const rows = await on.select(
      `SELECT dispatch_id, status, username FROM account_metadata WHERE run_id = '${runId}' ORDER BY observed_at`,
    );
    return rows.length >= accounts.length && rows;
  });
}

describe('requests that come as separate messages at the same moment', () => {
  // The first of them also meet an instance that has just started: its clients connect, its queries are new.
  test.each(['first', 'second'])('share one call to X: the %s time', async (runId) => {
    const rows = await observed(
      runId,
      usernames.map((username) => ({ username })),
    );
    expect(x.simulator.calls).toMatchObject({ total: 1, users: AT_ONCE, byEndpoint: { 'users/by': 1 } });
    expect(new Set(rows.map((row) => row.username))).toEqual(new Set(usernames));
    expect(new Set(rows.map((row) => row.dispatch_id)).size).toBe(AT_ONCE);
  });

  test('for the same account ask for it once, and each has its row', async () => {
    const rows = await observed('same', Array(10).fill({ username: 'city_observer' }));
    expect(x.simulator.calls).toMatchObject({ total: 1, users: 1 });
    expect(new Set(rows.map((row) => row.dispatch_id)).size).toBe(10);
  });

  test('by name and by id make one call each; an account that is gone has its row too', async () => {
    const { id } = (await on.sim('truth?username=city_observer')) as { id: string };
    const rows = await observed('mixed', [
      { username: 'nobody_here' },
      { username: 'the_herald' },
      { id },
      { id: '404' },
    ]);
    expect(x.simulator.calls.byEndpoint).toEqual({ 'users/by': 1, users: 1 });
    expect(rows.map((row) => row.status).sort()).toEqual(['active', 'active', 'not_found', 'not_found']);
  });
});

test('a request that is delivered again asks nothing', async () => {
  const message = request('again', 0, { username: 'the_herald' });
  await observed('again', [{ username: 'the_herald' }]);
  await on.sim('reset-calls', {});
  await Promise.all(Array.from({ length: 5 }, () => on.bus.publish('getmetadata', message)));
  await observed('afterwards', [{ username: 'sunita_rao' }]);
  expect(x.simulator.calls).toMatchObject({ total: 1, users: 1 });
  expect(await on.select("SELECT 1 FROM account_metadata WHERE run_id = 'again'")).toHaveLength(1);
});
