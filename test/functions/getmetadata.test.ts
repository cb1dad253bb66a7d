import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Wiring } from '../../functions/wiring.ts';
import { RetryLater } from '../../shared/errors.ts';
import { type InProcess, startInProcess } from './in-process.ts';

const GRANDMA = '77';

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess([{ username: 'grandma', id: GRANDMA, friends: 3 }]);
});
afterAll(() => on.close());

let dispatches = 0;
let request: Record<string, unknown> & { dispatchId: string };
let calls: number;
beforeEach(() => {
  request = {
    ...{ runId: 'run', dispatchId: `d${++dispatches}`, dispatchedAt: '2026-01-15T08:00:00.000Z' },
    ...{ job: { name: 'job' }, role: 'grandparent', username: 'grandma', reason: 'test' },
  };
  calls = on.simulator.calls.total;
});
const called = () => on.simulator.calls.total - calls;
const rows = () => on.select(`SELECT * FROM account_metadata WHERE dispatch_id = '${request.dispatchId}'`);

/** Where the first request is when another for the same account comes in. */
type Parts = Pick<Wiring, 'metadata' | 'x'>;
const MOMENTS: [string, (parts: Parts, meanwhile: () => Promise<unknown>) => Partial<Wiring>][] = [
  [
    'is being asked',
    ({ x }, meanwhile) => {
      const lookup: typeof x.lookup = (...asked) => {
        void meanwhile();
        return x.lookup(...asked);
      };
      return { x: { ...x, lookup } };
    },
  ],
  [
    'has answered, and is being stored',
    ({ metadata }, meanwhile) => ({
      metadata: { ...metadata, append: (row) => meanwhile().then(() => metadata.append(row)) },
    }),
  ],
];

describe('two requests for one account of a dispatch', () => {
  test.each(MOMENTS)(
    'X %s: the second comes again, and the account is paid for once',
    async (_when, instead) => {
      let second: Promise<unknown> | undefined;
      const meanwhile = async () => {
        if (second) return;
        second = deliver({ ...request, messageId: 'second' }).catch((error) => error);
        await second;
      };
      const deliver = on.instance('getmetadata', {}, (wiring) => instead(wiring, meanwhile));
      expect(await deliver({ ...request, messageId: 'first' })).toBe('observed');
      expect(await second).toMatchObject({ name: 'RetryLater', fields: { account: 'grandma' } });
      expect(await deliver({ ...request, messageId: 'second' })).toBe('already-observed');
      expect(called()).toBe(1);
      expect(await rows()).toMatchObject([{ status: 'active', username: 'grandma', message_id: 'first' }]);
    },
  );

  test('one after the other: the second finds the first, also where no query shows it yet', async () => {
    const deliver = on.instance('getmetadata', {}, ({ metadata }) => ({
      metadata: { ...metadata, has: async () => false },
    }));
    expect(await deliver({ ...request, messageId: 'first' })).toBe('observed');
    on.clock.pass(9 * 60_000);
    expect(await deliver({ ...request, messageId: 'second' })).toBe('already-observed');
    on.clock.pass(60_000);
    expect(await deliver({ ...request, messageId: 'third' })).toBe('observed');
    expect(called()).toBe(2);
  });

  test('of which the first could not be stored are both asked', async () => {
    let isAway = true;
    const deliver = on.instance('getmetadata', {}, ({ metadata }) => ({
      metadata: {
        ...metadata,
        append: (row) => (isAway ? Promise.reject(new RetryLater('BigQuery is away')) : metadata.append(row)),
      },
    }));
    await expect(deliver({ ...request, messageId: 'first' })).rejects.toThrow('BigQuery is away');
    isAway = false;
    expect(await deliver({ ...request, messageId: 'first' })).toBe('observed');
    expect(await rows()).toHaveLength(1);
  });
});

test('a request that comes again asks nothing, whichever instance gets it', async () => {
  for (const result of ['observed', 'already-observed', 'already-observed'])
    expect(await on.instance('getmetadata')({ ...request, messageId: 'again' })).toBe(result);
  expect(called()).toBe(1);
  expect(await rows()).toHaveLength(1);
});

describe('requests that come at the same moment share a call', () => {
  /** As many as are delivered at once: `concurrency` of a service in the cloud, and what the local Pub/Sub pushes. */
  const AT_ONCE = 40;
  const atOnce = async (deliver: ReturnType<InProcess['instance']>, asked: Record<string, string>[]) => {
    const { username: _by, ...common } = request;
    const messages = asked.map((about, number) => ({ ...common, ...about, messageId: `${number}` }));
    await Promise.all(messages.map(deliver));
    const { dispatchId } = request;
    return on.select(`SELECT * FROM account_metadata WHERE STARTS_WITH(dispatch_id, '${dispatchId}/')`);
  };
  const eachFor = (asked: Record<string, string>[]) =>
    asked.map((about, number) => ({ dispatchId: `${request.dispatchId}/${number}`, ...about }));

  test('also the first of them, when an instance has just started: its clients connect, its queries are new', async () => {
    const deliver = on.instance('getmetadata');
    for (const time of ['first', 'second']) {
      calls = on.simulator.calls.total;
      request.dispatchId = `${time} ${request.dispatchId}`;
      const usernames = Array.from({ length: AT_ONCE }, (_, number) => `parent_${number}_5`);
      const stored = await atOnce(deliver, eachFor(usernames.map((username) => ({ username }))));
      expect(called()).toBe(1);
      expect(new Set(stored.map((row) => row.username))).toEqual(new Set(usernames));
      expect(new Set(stored.map((row) => row.dispatch_id)).size).toBe(AT_ONCE);
    }
  });

  test('for one account, of many dispatches: X charges for it once, and each has its row', async () => {
    const charged = on.simulator.calls.users;
    const stored = await atOnce(on.instance('getmetadata'), eachFor(Array(10).fill({ username: 'grandma' })));
    expect([called(), on.simulator.calls.users - charged]).toEqual([1, 1]);
    expect(new Set(stored.map((row) => row.dispatch_id)).size).toBe(10);
  });

  test('in another role too; by name and by id are a call each; an account that is gone has its row', async () => {
    const stored = await atOnce(on.instance('getmetadata'), [
      ...eachFor([{ username: 'grandma' }, { username: 'nobody_here' }, { id: GRANDMA }, { id: '404' }]),
      { dispatchId: `${request.dispatchId}/0`, username: 'grandma', role: 'vanished_friend' },
    ]);
    expect(called()).toBe(2);
    expect(stored.map((row) => row.status).sort()).toEqual([
      ...['active', 'active', 'active', 'not_found', 'not_found'],
    ]);
  });
});
