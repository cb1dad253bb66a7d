import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { logLines } from '../support/log-lines.ts';
import { dispatchRun, runEnded, truthOf, withMetadata } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';

let on: TestStack;
beforeAll(async () => {
  // As BigQuery does it: half of the streamed rows are seen some time after they are acknowledged.
  on = await startTestStack({ lag: { share: 0.5, rowMs: 1500, columnMs: 0 } });
});
afterAll(() => on.stop());

interface Calls {
  total: number;
}

const dispatch = (runId: string, parents: unknown[], more: object = {}) =>
  dispatchRun(on, runId, parents, more);
const callsToX = async () => ((await on.sim('calls')) as Calls).total;
const viewsOf = (runId: string) =>
  Promise.all([
    on.select(`SELECT * FROM friends WHERE run_id = '${runId}' ORDER BY dispatch_id, page_number, position`),
    on.select(`SELECT * FROM dispatch_progress WHERE run_id = '${runId}' ORDER BY dispatch_id`),
  ]);

describe('a dispatch message goes in, rows come out', () => {
  const parents = [
    ...['zero_friends', 'exactly_1000', 'three_pages', 'lists_more', 'lists_fewer'],
    ...['protected_one', 'suspended_one', 'nobody_here', 'parent_1_250'],
  ];

  test('the friends of every parent are those that X lists, in its order', async () => {
    await dispatch('road', parents, { grandparent: { username: 'the_herald', id: 'malformed' } });
    const progress = await runEnded(on, 'road', parents.length);
    const states = Object.fromEntries(progress.map((row) => [row.parent_username, row.state]));
    const gone = ['protected_one', 'suspended_one', 'nobody_here'];
    const expected = parents.map((name) => [name, gone.includes(name) ? 'unavailable' : 'complete']);
    expect(states).toEqual(Object.fromEntries(expected));
    for (const username of parents.filter((name) => states[name] === 'complete')) {
      const rows = await on.select(
        `SELECT friend_id FROM friends WHERE run_id = 'road' AND parent_username = '${username}' ORDER BY page_number, position`,
      );
      expect(
        rows.map((row) => row.friend_id),
        username,
      ).toEqual((await truthOf(on, username)).friends.map(({ id }) => id));
    }
  });

  test('a list longer than its count is read to the end, a shorter one is not read beyond it', async () => {
    const pages = await on.select(
      "SELECT parent_username, MAX(total_pages) AS planned, COUNT(*) AS stored FROM completed_scrapes WHERE run_id = 'road' AND parent_username IN ('lists_more', 'lists_fewer') GROUP BY parent_username ORDER BY parent_username",
    );
    expect(pages).toEqual([
      { parent_username: 'lists_fewer', planned: 3, stored: 2 },
      { parent_username: 'lists_more', planned: 2, stored: 2 },
    ]);
  });

  test('the metadata of a malformed grandparent is asked for, and the pages do not wait for it', async () => {
    const [row] = await until('the grandparent is observed', async () => {
      const rows = await on.select(
        "SELECT * FROM account_metadata WHERE run_id = 'road' AND role = 'grandparent'",
      );
      return rows.length > 0 && rows;
    });
    expect(row).toMatchObject({ requested_username: 'the_herald', status: 'active', username: 'the_herald' });
    expect(row?.reason).toMatch(/^id must match pattern/);
  });

  test('a parent given with its metadata is not looked up', async () => {
    const parent = await withMetadata(on, 'theo_vandijk');
    await on.sim('reset-calls', {});
    await dispatch('given', [parent]);
    await runEnded(on, 'given', 1);
    expect(await on.sim('calls')).toMatchObject({ byEndpoint: { 'users/:id/following': 1 } });
    expect(await callsToX()).toBe(1);
  });
});

describe('what is delivered again changes nothing', () => {
  test('a page message, 20 times: no row of any view, no call to X', async () => {
    const [plan] = await on.select(
      "SELECT parent_id, CAST(dispatched_at AS STRING) AS dispatched_at FROM dispatch_progress WHERE run_id = 'road' AND parent_username = 'lists_more'",
    );
    const before = await viewsOf('road');
    await on.sim('reset-calls', {});
    const dispatchId = dispatchIdOf('road', 'lists_more');
    const page: PageRequest = {
      runId: 'road',
      dispatchId,
      dispatchedAt: new Date(String(plan?.dispatched_at)).toISOString(),
      job: { name: 'e2e' },
      parent: { id: String(plan?.parent_id), username: 'lists_more', friendsCount: 1000 },
      pageNumber: 1,
      totalPages: 1,
      pageSize: 1000,
      maxFriends: 1000,
    };
    await Promise.all(
      Array.from({ length: 20 }, () => on.bus.publish('getpage', page, { orderingKey: dispatchId })),
    );
    await handled('getpage', 'page already complete', 20);
    expect(await viewsOf('road')).toEqual(before);
    expect(await callsToX()).toBe(0);
  });

  test('a dispatch request: the same dispatch ids, no second plan, no call to X', async () => {
    const dispatchedAt = new Date().toISOString();
    const parents = ['exactly_1000', 'protected_one', 'parent_2_50'];
    await dispatch('twice', parents, { dispatchedAt });
    await runEnded(on, 'twice', 3);
    const plans = () => on.select("SELECT * FROM dispatches WHERE run_id = 'twice' ORDER BY dispatch_id");
    const before = [await plans(), await viewsOf('twice')];
    await on.sim('reset-calls', {});
    await dispatch('twice', parents, { dispatchedAt });
    await handled('pagedispatch', 'chunk planned and published', 2, 'twice');
    expect([await plans(), await viewsOf('twice')]).toEqual(before);
    expect(await callsToX()).toBe(0);
  });
});

describe('the log', () => {
  test('of each function is one JSON object a line, without stack traces', async () => {
    for (const service of ['pagedispatch', 'getpage', 'getmetadata']) {
      const lines = await logLines(on, service);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines)
        expect(line).toMatchObject({ severity: expect.any(String), message: expect.any(String) });
    }
    const stored = (await logLines(on, 'getpage')).find((line) => line.message === 'page stored');
    const [some, number] = [expect.any(String), expect.any(Number)];
    expect(stored).toMatchObject({ runId: some, dispatchId: some, pageNumber: number });
  });
});

const handled = (service: string, message: string, times: number, runId?: string) =>
  until(`${times} times "${message}" in the log of ${service}`, async () => {
    const lines = (await logLines(on, service)).filter((line) => line.message === message);
    return lines.filter((line) => !runId || line.runId === runId).length >= times;
  });
