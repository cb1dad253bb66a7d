import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainRow } from '../../infra/cli/rows.ts';
import type { Fault } from '../../infra/local/x/faults.ts';
import { startX } from '../../infra/local/x/server.ts';
import type { DeclaredAccount } from '../../infra/local/x/world.ts';
import { logLines } from '../support/log-lines.ts';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { PAGE_ENDS } from './page-ends.ts';

const WINDOW_MS = 5000;
const [FRIEND_USD, USER_USD] = [0.01, 0.01];

/** X lives in this process: it outlives a new start of the functions. */
let x: Awaited<ReturnType<typeof startX>>;
let on: TestStack;

const start = (dir?: string) =>
  startTestStack({
    ...(dir && { dir }),
    settings: {
      X_API_BASE_URL: x.url,
      X_BEARER_TOKEN: 'test',
      X_DEADLINE_MS: '1000',
      X_WINDOW_SECONDS: String(WINDOW_MS / 1000),
      HANDLER_DEADLINE_MS: '10000',
    },
  });

beforeAll(async () => {
  x = await startX({ limits: { limit: 300, windowMs: WINDOW_MS } });
  on = await start();
});
afterAll(async () => {
  await on.stop();
  await x.close();
});

const strikeWith = (fault: Fault) => on.sim('faults', fault);
const declare = (...accounts: DeclaredAccount[]) => on.sim('accounts', accounts);
const dispatch = (runId: string, parents: unknown[]) =>
  on.bus.publish('pagedispatch', {
    job: { name: 'x-says-no' },
    parents,
    pageSize: 100,
    runId,
    dispatchedAt: new Date().toISOString(),
  });
/** The parent with its metadata, so that X is asked for its pages only. */
async function withMetadata({ username, friends, saysCount }: DeclaredAccount) {
  const { id } = (await on.sim(`truth?username=${username}`)) as { id: string };
  return { username, id, friendsCount: saysCount ?? friends };
}
/** How often X has answered 200 to the request for each page of these parents. */
const answersTo = (...usernames: string[]) =>
  Object.fromEntries(
    Object.entries(x.simulator.calls.byParentPage).filter(([page]) =>
      usernames.includes(page.split('/')[0] ?? ''),
    ),
  );

describe('X says of a parent', () => {
  let progress: Map<unknown, PlainRow>;
  beforeAll(async () => {
    const accounts = PAGE_ENDS.map(({ account }) => account);
    await declare(...accounts);
    for (const { account, fault } of PAGE_ENDS)
      if (fault) await strikeWith({ ...fault, account: account.username });
    await dispatch('ends', await Promise.all(accounts.map(withMetadata)));
    const rows = await runEnded(on, 'ends', accounts.length);
    progress = new Map(rows.map((row) => [row.parent_username, row]));
  });

  test.each(PAGE_ENDS)('$says: $ends.state, $ends.reason', ({ account, ends, bought }) => {
    const friends = bought.reduce((sum, each) => sum + each, 0);
    expect(progress.get(account.username)).toMatchObject({ ...ends, cost_usd: friends * FRIEND_USD });
  });

  test('nothing twice: no page was asked for again, and all that X handed over is in the rows', () => {
    expect(Math.max(...Object.values(x.simulator.calls.byParentPage))).toBe(1);
    const bought = PAGE_ENDS.flatMap((end) => end.bought).reduce((sum, each) => sum + each, 0);
    expect(x.simulator.calls.users).toBe(bought);
  });

  test('an alert, where it refuses the request', async () => {
    const alerts = (await logLines(on, 'getpage')).filter((line) => line.alert);
    expect(alerts).toMatchObject([{ severity: 'ERROR', message: 'X refused the page', reason: 'refused' }]);
  });

  test('what it may not show, and the rest of the row is there', async () => {
    const [row] = await on.select(
      "SELECT problems, friend_count FROM completed_scrapes WHERE parent_username = 'field_hidden'",
    );
    expect(row?.friend_count).toBe(100);
    expect(String(row?.problems)).toContain("authorized to access 'location'");
  });
});

test('X says at the look-up that a parent is protected, suspended or unknown: no page is asked for', async () => {
  await on.sim('reset-calls', {});
  await dispatch('look-up', ['protected_one', 'suspended_one', 'nobody_here']);
  expect(await runEnded(on, 'look-up', 3)).toMatchObject([
    {
      parent_username: 'nobody_here',
      status: 'not_found',
      reason: expect.stringMatching(/Could not find user/),
    },
    { parent_username: 'protected_one', status: 'protected', reason: 'protected', cost_usd: USER_USD },
    { parent_username: 'suspended_one', status: 'suspended', reason: expect.stringMatching(/suspended/) },
  ]);
  expect(x.simulator.calls).toMatchObject({ total: 1, users: 1, byEndpoint: { 'users/by': 1 } });
});

describe('X gives no answer that counts', () => {
  const TROUBLE: [username: string, faults: Fault['name'][], answersLost: number][] = [
    ['five_hundred', ['internal-error', 'unavailable', 'unavailable-text', 'unavailable-html'], 0],
    ['lost_answers', ['stall', 'trickle', 'cut', 'truncated'], 4],
  ];

  test.each(TROUBLE)('%s: asked again until it does, and stored once', async (username, names, lost) => {
    await declare({ username, friends: 250 });
    for (const name of names) await strikeWith({ name, account: username, page: 2, times: 1 });
    await dispatch(username, [await withMetadata({ username, friends: 250 })]);
    expect(await runEnded(on, username, 1)).toMatchObject([
      { state: 'complete', pages_done: 3, friends_listed: 250, cost_usd: 2.5 },
    ]);
    const pages = { [`${username}/1`]: 1, [`${username}/2`]: 1 + lost, [`${username}/3`]: 1 };
    expect(answersTo(username)).toEqual(pages);
    const rows = await on.select(`SELECT page_number FROM completed_scrapes WHERE run_id = '${username}'`);
    expect(rows).toHaveLength(3);
  });
});

describe('X says 429 about the rate', () => {
  const LIMITS: [what: string, username: string, rate: Fault['rate']][] = [
    ['with the reset', 'limited', {}],
    ['without headers', 'limited_bare', { limit: null, remaining: null, reset: null }],
  ];

  test.each(LIMITS)(
    '%s: the gate is closed until then, and no call is made meanwhile',
    async (_, username, rate) => {
      await declare({ username, friends: 250 });
      await on.sim('reset-calls', {});
      await strikeWith({ name: 'rate-limited', account: username, times: 1, ...(rate && { rate }) });
      await dispatch(username, [await withMetadata({ username, friends: 250 })]);
      expect(await runEnded(on, username, 1)).toMatchObject([{ state: 'complete', friends_listed: 250 }]);
      expect(x.simulator.calls).toMatchObject({ total: 4, refused: 1 });

      const closed = (await logLines(on, 'getpage'))
        .filter(({ message }) => message === 'gate closed')
        .at(-1);
      expect(closed).toMatchObject({ endpoint: 'following', cause: 'rate-limited' });
      const [first] = await on.select(
        `SELECT MIN(completed_at) AS at FROM completed_scrapes WHERE run_id = '${username}'`,
      );
      expect(Date.parse(String(first?.at))).toBeGreaterThanOrEqual(Date.parse(String(closed?.until)));
    },
  );
});
