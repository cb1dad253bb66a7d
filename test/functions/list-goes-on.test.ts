import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { dispatchIdOf } from '../../shared/ids.ts';
import type { DispatchRequest } from '../../shared/messages/dispatch-request.ts';
import { DAY_MS } from '../../shared/times.ts';
import { type InProcess, startInProcess } from './in-process.ts';

const DISPATCHED_AT = '2026-01-15T08:00:00Z';

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess([
    { username: 'goes_on', friends: 35, saysCount: 5 },
    { username: 'says_none', friends: 2500, saysCount: 0 },
  ]);
});
afterAll(() => on.close());
beforeEach(() => {
  on.pages();
  on.requests();
});

const request = (runId: string, parents: unknown[], more: object = {}) => ({
  ...{ job: { name: 'goes on' }, runId, dispatchedAt: DISPATCHED_AT, parents, pageSize: 10 },
  ...{ chunk: { index: 0, of: 1 }, ...more },
});
const rowsOf = (runId: string) =>
  on.select(
    `SELECT status, reason, after_page, total_pages, max_friends, friends_count, republished,
       CAST(planned_cost_usd AS FLOAT64) AS expected, CAST(committed_cost_usd AS FLOAT64) AS committed
     FROM dispatches WHERE run_id = '${runId}' ORDER BY planned_at`,
  );
const friendsOf = async (runId: string) => {
  const [sum] = await on.select(
    `SELECT SUM(friend_count) AS n FROM completed_scrapes WHERE run_id = '${runId}'`,
  );
  return sum?.n;
};

let messages = 0;
/** Delivers a request, and whatever is published then, until nothing more comes. */
async function run(first: object, settings: Record<string, string> = {}): Promise<void> {
  const plan = on.instance('pagedispatch', settings);
  const fetch = on.instance('getpage', settings);
  const requests: object[] = [first];
  for (let next = requests.shift(); next; next = requests.shift()) {
    await plan({ ...next, messageId: `message ${++messages}` });
    for (const page of on.pages()) await fetch({ ...page, messageId: `message ${++messages}` });
    requests.push(...on.requests());
  }
}

describe('a list that is longer than its count', () => {
  test('is read to its end, page by page, as the planner commits them', async () => {
    await run(request('whole', ['goes_on']));
    const steps = (await rowsOf('whole')).map(
      ({ after_page, total_pages, max_friends, expected, committed }) => [
        ...[after_page, total_pages, max_friends, expected, committed],
      ],
    );
    expect(steps).toEqual([
      [null, 1, 10, 0.06, 0.11],
      [1, 2, 20, 0.1, 0.1],
      [2, 3, 30, 0.1, 0.1],
      [3, 4, 40, 0.1, 0.1],
    ]);
    expect(await friendsOf('whole')).toBe(35);
  });

  test('costs nothing more when its run is published again', async () => {
    const { total } = on.simulator.calls;
    await run(request('whole', ['goes_on']));
    expect(on.simulator.calls.total).toBe(total);
    expect(await rowsOf('whole')).toHaveLength(4);
  });

  test('is committed once, however often it is asked for', async () => {
    const plan = on.instance('pagedispatch');
    const fetch = on.instance('getpage');
    await plan({ ...request('once', ['goes_on']), messageId: 'once' });
    const [page] = on.pages();
    for (const messageId of ['1', '2']) await fetch({ ...page, messageId });
    const [first, second] = on.requests();
    for (const [goesOn, messageId] of [
      [first, 'a'],
      [first, 'a'],
      [second, 'b'],
    ] as const)
      await plan({ ...goesOn, messageId });
    expect(await rowsOf('once')).toHaveLength(2);
    expect(on.pages().map(({ pageNumber, maxFriends }) => [pageNumber, maxFriends])).toEqual(
      Array(3).fill([2, 20]),
    );
  });

  test('goes on although no query shows its page yet', async () => {
    const blind = on.instance('pagedispatch', {}, ({ scrapes }) => ({
      scrapes: { ...scrapes, ofDispatches: async () => new Map() },
    }));
    await blind({ ...request('unseen', ['goes_on']), messageId: 'unseen' });
    for (const page of on.pages()) await on.instance('getpage')({ ...page, messageId: 'unseen page' });
    for (const goesOn of on.requests()) await blind({ ...goesOn, messageId: 'unseen more' });
    expect(on.pages().map(({ pageNumber }) => pageNumber)).toEqual([2]);
  });

  test('goes on whatever its request says of the parent: that comes back to the planner, with id and count', async () => {
    const parent = { username: 'goes_on', said: '字'.repeat(1353) };
    expect(Buffer.byteLength(JSON.stringify(parent))).toBeLessThan(4096);
    await run(request('said much', [parent]));
    expect(await friendsOf('said much')).toBe(35);
  });

  test('is looked up once, and its grandparent is asked for once', async () => {
    const lookUps = () => on.simulator.calls.byEndpoint['users/by'] ?? 0;
    const before = lookUps();
    const asked: unknown[] = [];
    const plan = on.instance('pagedispatch', {}, ({ bus }) => ({
      bus: {
        ...bus,
        publish: (topic, ...message) => {
          if (topic === 'getmetadata') asked.push(message);
          return bus.publish(topic, ...message);
        },
      },
    }));
    const grandparent = { username: 'grandma', id: 'no id' };
    await plan({ ...request('look-up', ['goes_on'], { grandparent }), messageId: 'look-up' });
    for (const page of on.pages()) await on.instance('getpage')({ ...page, messageId: 'look-up page' });
    for (const goesOn of on.requests()) await plan({ ...goesOn, messageId: 'look-up more' });
    expect(lookUps() - before).toBe(1);
    expect(asked).toHaveLength(1);
    expect(on.pages()).toMatchObject([{ pageNumber: 2, grandparent: { username: 'grandma' } }]);
  });
});

describe('a cap', () => {
  test.each([
    ['maxCostUsd of the request', { maxCostUsd: 0.25 }, {}],
    ['MAX_RUN_COST_USD', {}, { MAX_RUN_COST_USD: '0.25' }],
  ])('%s ends it with the reason, and a higher one lets it go on', async (name, more, settings) => {
    const runId = `cap ${name}`;
    await run(request(runId, ['goes_on'], more), settings);
    expect((await rowsOf(runId)).at(-1)).toMatchObject({
      ...{ status: 'over_budget', after_page: 2 },
      reason: `the list goes on after page 2: $0.10 on top of $0.21 committed would pass ${name} of $0.25`,
    });
    expect(await friendsOf(runId)).toBe(20);
    await run(request(runId, ['goes_on'], { maxCostUsd: 0.41 }));
    expect(await friendsOf(runId)).toBe(35);
  });

  test('of the day counts what is added on its day, and not what was committed before', async () => {
    const settings = { DAILY_BUDGET_USD: '0.25' };
    on.clock.pass(DAY_MS);
    await run(request('days', ['goes_on']), settings);
    expect(await friendsOf('days')).toBe(20);
    on.clock.pass(DAY_MS);
    await run(request('days', ['goes_on']), settings);
    expect((await rowsOf('days')).at(-1)).toMatchObject({ after_page: 3, total_pages: 4 });
    expect(await friendsOf('days')).toBe(35);
  });

  test('is never passed by what is bought, whatever X counts: a list of 2,500 under $0.05', async () => {
    const { users } = on.simulator.calls;
    await run(request('poor', ['says_none'], { maxCostUsd: 0.07, pageSize: 1000 }));
    expect(await friendsOf('poor')).toBe(5);
    // The parent itself, and five friends.
    expect(on.simulator.calls.users - users).toBe(6);
    expect((await rowsOf('poor')).at(-1)).toMatchObject({ status: 'over_budget', after_page: 1 });
  });

  test('of 0 lets nothing be bought: an empty list may have grown', async () => {
    const parents = Array.from({ length: 100 }, (_, number) => ({
      ...{ username: `parent_${number}_0`, id: `${number}`, friendsCount: 0 },
    }));
    await run(request('nothing', parents, { maxCostUsd: 0 }));
    expect((await rowsOf('nothing')).map(({ status }) => status)).toEqual(Array(100).fill('over_budget'));
    expect(await friendsOf('nothing')).toBeNull();
  });
});

test('a list that goes on and of which nobody has a plan is committed by what its page was asked for with', async () => {
  const asked: DispatchRequest = {
    ...request('by hand', []),
    parents: [{ username: 'goes_on', id: '7', friendsCount: 10 }],
    continues: {
      dispatchId: dispatchIdOf('by hand', 'goes_on'),
      afterPage: 1,
      totalPages: 1,
      maxFriends: 10,
    },
  };
  await on.instance('pagedispatch')({ ...asked, messageId: 'by hand' });
  expect(on.pages()).toMatchObject([{ pageNumber: 2, totalPages: 2, maxFriends: 20 }]);
});

test('a request that says what is no list that goes on is rejected', async () => {
  const continues = { dispatchId: 'd', afterPage: 1, totalPages: 1, maxFriends: 10 };
  for (const parents of [['goes_on'], [{ username: 'goes_on', id: '7' }]])
    expect(
      await on.instance('pagedispatch')({ ...request('odd', parents, { continues }), messageId: 'odd' }),
    ).toBe('rejected');
});
