import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlainRow } from '../../infra/cli/target/rows.ts';
import type { Fault } from '../../infra/local/x/faults.ts';
import { startX } from '../../infra/local/x/server.ts';
import type { DeclaredAccount } from '../../infra/local/x/world.ts';
import { systemClock } from '../../shared/clock.ts';
import { logLines } from '../support/log-lines.ts';
import { dispatchRun, runEnded, withMetadata } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { CLOSINGS } from './closings.ts';
import { PAGE_ENDS } from './page-ends.ts';

const WINDOW_MS = 3000;
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
      X_DEADLINE_MS: '6000',
      X_WINDOW_SECONDS: String(WINDOW_MS / 1000),
      HANDLER_DEADLINE_MS: '20000',
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
const dispatch = (runId: string, parents: unknown[]) => dispatchRun(on, runId, parents, { pageSize: 100 });
const given = (username: string) => withMetadata(on, username);
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
    await dispatch('ends', await Promise.all(accounts.map(({ username }) => given(username))));
    const rows = await runEnded(on, 'ends', accounts.length);
    progress = new Map(rows.map((row) => [row.parent_username, row]));
  });

  test.each(PAGE_ENDS)('$says: $ends.state, $ends.reason', ({ account, ends, bought }) => {
    const friends = bought.reduce((sum, each) => sum + each, 0);
    expect(progress.get(account.username)).toMatchObject({ ...ends, cost_usd: friends * FRIEND_USD });
  });

  test('nothing twice: no page was asked for again, and all that X handed over is in the rows', () => {
    const answers = Object.entries(x.simulator.calls.byParentPage);
    expect(answers.filter(([, times]) => times > 1)).toEqual([]);
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

describe('X sends less of a list than there is', () => {
  const read = async (username: string, run: number, fault?: Omit<Fault, 'account'>) => {
    if (fault) await strikeWith({ ...fault, account: username, endpoint: 'users/:id/following', times: 1 });
    const runId = `${username}-${run}`;
    await dispatch(runId, [await given(username)]);
    return runEnded(on, runId, 1);
  };
  const changesOf = (username: string) =>
    on.select(
      `SELECT change, COUNT(*) AS friends FROM friend_changes WHERE parent_username = '${username}' GROUP BY change`,
    );
  const thirdFriendOf = async (username: string): Promise<string> => {
    const [friend] = await on.select(
      `SELECT friend_id FROM friends WHERE parent_username = '${username}' AND position = 3`,
    );
    return String(friend?.friend_id);
  };

  test('nothing at all, once: whoever is missing is withheld, and was never gone', async () => {
    const username = 'just_unlocked';
    await declare({ username, friends: 30 });
    await read(username, 1);
    const empty = { name: 'verbatim', body: { meta: { result_count: 0 } } };
    expect(await read(username, 2, empty)).toMatchObject([{ state: 'complete', friends_listed: 0 }]);
    expect(await changesOf(username)).toEqual([{ change: 'withheld', friends: 30 }]);
    expect(await read(username, 3)).toMatchObject([{ state: 'complete', friends_listed: 30 }]);
    expect(await changesOf(username)).toEqual([]);
  });

  test('and names a friend in a problem instead: it is neither seen nor gone', async () => {
    const username = 'one_unavailable';
    await declare({ username, friends: 30 });
    await read(username, 1);
    const id = await thirdFriendOf(username);
    const type = 'https://api.twitter.com/2/problems/resource-unavailable';
    const errors = [{ type, title: 'Resource Unavailable', resource_type: 'user', resource_id: id }];
    const merge = { errors, meta: { result_count: 29 } };
    const partly = { name: 'merged', merge, users: { [id]: null } };
    expect(await read(username, 2, partly)).toMatchObject([{ state: 'complete', friends_listed: 29 }]);
    expect(await changesOf(username)).toEqual([]);
    expect(
      await on.select(`SELECT unknown_friends FROM completed_scrapes WHERE run_id = '${username}-2'`),
    ).toEqual([{ unknown_friends: [id] }]);
    await read(username, 3);
    expect(await changesOf(username)).toEqual([]);
  });

  test('and somebody without a readable id: it is paid for, and whoever is missing is not gone', async () => {
    const username = 'one_unreadable';
    await declare({ username, friends: 30 });
    await read(username, 1);
    const users = { [await thirdFriendOf(username)]: { id: 'odd' } };
    const [dispatch] = await read(username, 2, { name: 'merged', users });
    expect(dispatch).toMatchObject({ state: 'complete', friends_listed: 29, cost_usd: 30 * FRIEND_USD });
    expect(
      await on.select(`SELECT unreadable_friend_count FROM scrape_history WHERE run_id = '${username}-2'`),
    ).toEqual([{ unreadable_friend_count: 1 }]);
    expect(await changesOf(username)).toEqual([]);
    await read(username, 3);
    expect(await changesOf(username)).toEqual([]);
  });
});

describe('X gives no answer that counts', () => {
  const TROUBLE: [username: string, faults: Fault['name'][], answersLost: number][] = [
    ['five_hundred', ['internal-error', 'unavailable', 'unavailable-text', 'unavailable-html'], 0],
    ['lost_answers', ['stall', 'trickle', 'cut', 'truncated'], 4],
  ];

  test.each(TROUBLE)('%s: asked again until it does, and stored once', async (username, names, lost) => {
    await declare({ username, friends: 250 });
    for (const name of names) await strikeWith({ name, account: username, page: 2, times: 1 });
    await dispatch(username, [await given(username)]);
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
      await dispatch(username, [await given(username)]);
      expect(await runEnded(on, username, 1)).toMatchObject([{ state: 'complete', friends_listed: 250 }]);
      expect(x.simulator.calls).toMatchObject({ total: 4, refused: 1 });

      const closed = (await logLines(on, 'getpage'))
        .filter(({ message }) => message === 'gate closed')
        .at(-1);
      expect(closed).toMatchObject({ endpoint: 'following', cause: 'rate-limited' });
      const [first] = await on.select(
        `SELECT MIN(completed_at) AS first_at FROM completed_scrapes WHERE run_id = '${username}'`,
      );
      expect(Date.parse(String(first?.first_at))).toBeGreaterThanOrEqual(Date.parse(String(closed?.until)));
    },
  );
});

describe('X says that it wants money or another credential, and only people can change that', () => {
  const account = (username: string): DeclaredAccount => ({ username, friends: 150 });
  const observe = (runId: string, of: { username: string } | { id: string }) =>
    on.bus.publish('getmetadata', {
      ...{ runId, dispatchId: runId, dispatchedAt: new Date().toISOString(), job: { name: 'x-says-no' } },
      ...{ role: 'vanished_friend', fields: ['id', 'username'], reason: 'test', ...of },
    });

  beforeAll(async () => {
    await declare(account('given'), account('looked_up'), account('by_name'), account('by_id'));
    const [parent, byId] = await Promise.all(['given', 'by_id'].map(given));
    await on.sim('reset-calls', {});
    for (const { says, strikes } of CLOSINGS) await strikeWith({ name: says, ...strikes });
    await dispatch('credits-depleted', [parent]);
    await observe('usage-capped', { username: 'by_name' });
    await observe('unauthorized', { id: byId?.id ?? '' });
    // Only now: a chunk that waits holds back all later ones.
    await turnedAway('getpage', 'credits-depleted');
    await dispatch('spend-cap', ['looked_up']);
  });

  /** The gate has closed, and deliveries have been turned away since; returns the log of the run. */
  const turnedAway = (service: string, runId: string) =>
    until(`three deliveries of ${runId} were turned away by ${service}`, async () => {
      const lines = (await logLines(on, service)).filter((line) => line.runId === runId);
      return lines.filter(({ message }) => message?.includes('is closed')).length >= 3 && lines;
    });

  test.each(CLOSINGS)('$says: one alert, and $service waits', async ({ service, says, cause, opens }) => {
    const alerts = (await turnedAway(service, says)).filter((line) => line.alert);
    expect(alerts).toMatchObject([{ severity: 'ERROR', cause }]);
    const openMs = Date.parse(String(alerts[0]?.until));
    expect(Math.abs(openMs - opens(systemClock.now()))).toBeLessThan(120_000);
  });

  test('no call is made while the gates are closed, and nothing is bought', async () => {
    const byEndpoint = { 'users/:id/following': 1, 'users/by': 2, users: 1 };
    expect(x.simulator.calls).toMatchObject({ users: 0, byEndpoint });
    expect(
      await on.select("SELECT state, cost_usd FROM dispatch_progress WHERE run_id = 'credits-depleted'"),
    ).toEqual([{ state: 'running', cost_usd: 0 }]);
  });

  test('once people have seen to it and the functions start anew, all of it is done by itself, and once', async () => {
    x.simulator.faults.splice(0);
    await on.stop(true);
    on = await start(on.dir);
    for (const runId of ['credits-depleted', 'spend-cap'])
      expect(await runEnded(on, runId, 1)).toMatchObject([{ state: 'complete', friends_listed: 150 }]);
    await until('both accounts are observed', async () => {
      const rows = await on.select("SELECT 1 FROM account_metadata WHERE role = 'vanished_friend'");
      return rows.length === 2;
    });
    expect(answersTo('given', 'looked_up')).toEqual({
      ...{ 'given/1': 1, 'given/2': 1 },
      ...{ 'looked_up/1': 1, 'looked_up/2': 1 },
    });
    // 2 x 150 friends, a parent looked up, two accounts observed.
    expect(x.simulator.calls.users).toBe(303);
  });
});
