import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Wiring } from '../../functions/wiring.ts';
import { RetryLater } from '../../shared/errors.ts';
import { type InProcess, startInProcess } from './in-process.ts';

let on: InProcess;
beforeAll(async () => {
  on = await startInProcess([{ username: 'grandma', friends: 3 }]);
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

test('requests in another role, or for another dispatch, do not wait for each other, and share a call', async () => {
  const deliver = on.instance('getmetadata');
  const others = [request, { ...request, role: 'vanished_friend' }, { ...request, dispatchId: 'another' }];
  const results = await Promise.all(others.map((one, number) => deliver({ ...one, messageId: `${number}` })));
  expect(results).toEqual(['observed', 'observed', 'observed']);
  expect(called()).toBe(1);
});
