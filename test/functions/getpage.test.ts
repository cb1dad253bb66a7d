import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Wiring } from '../../functions/wiring.ts';
import { stand } from '../../infra/local/x/faults.ts';
import { RetryLater } from '../../shared/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import { type InProcess, startInProcess } from './in-process.ts';

const PAGE_SIZE = 10;
/** Of the simulator: `parent_N_F` follows F accounts. */
const idOf = (number: number, friends: number) =>
  `120${String(number).padStart(8, '0')}${String(friends).padStart(8, '0')}`;

let on: InProcess;
let queries: number;
let lines: { message: string; fields: Record<string, unknown> }[];
let deliver: ReturnType<typeof instance>;
beforeAll(async () => {
  on = await startInProcess();
});
afterAll(() => on.close());
beforeEach(() => {
  queries = 0;
  lines = [];
  on.pages();
  on.requests();
  on.simulator.faults.splice(0);
  deliver = instance();
});

/** An instance whose queries and log lines are counted. */
function instance(instead: (wiring: Wiring) => Partial<Wiring> = () => ({})) {
  const note = (fields: Record<string, unknown>, message: string) => void lines.push({ message, fields });
  return on.instance('getpage', {}, (wiring) => {
    const ofDispatch: Wiring['scrapes']['ofDispatch'] = (key) => {
      queries++;
      return wiring.scrapes.ofDispatch(key);
    };
    const log = { debug: note, info: note, warn: note, error: note };
    const watched = { ...wiring, log, scrapes: { ...wiring.scrapes, ofDispatch } };
    return { ...watched, ...instead(watched) };
  });
}

let lists = 0;
/** A list of its own, said to have as many friends as `count`; its pages as messages. */
function list(friends: number, count = friends) {
  const number = ++lists;
  const dispatchId = `d${number}`;
  const page = (pageNumber: number) => ({
    ...{ runId: 'run', dispatchId, dispatchedAt: '2026-01-15T08:00:00.000Z', job: { name: 'job' } },
    parent: { id: idOf(number, friends), username: `parent_${number}_${friends}`, friendsCount: count },
    ...{ pageNumber, totalPages: Math.max(1, Math.ceil(count / PAGE_SIZE)), pageSize: PAGE_SIZE },
    messageId: `${dispatchId}/${pageNumber}`,
  });
  const rows = () =>
    on.select(`SELECT * FROM completed_scrapes WHERE dispatch_id = '${dispatchId}' ORDER BY page_number`);
  return { page, rows };
}

/** What was done outside by `act`. */
async function outside(act: () => Promise<unknown>) {
  const [calls, asked] = [on.simulator.calls.total, queries];
  const result = await act().catch((error) => error);
  return { result, calls: on.simulator.calls.total - calls, queries: queries - asked };
}

describe('a page', () => {
  test('is fetched, and stored in one row with its friends, its cost and the fetches that led to it', async () => {
    const { page, rows } = list(25);
    for (const pageNumber of [1, 2, 3]) expect(await deliver(page(pageNumber))).toBe('stored');
    const stored = await rows();
    const fetches = stored.map(({ fetch_id }) => fetch_id);
    expect(stored.map(({ lineage }) => lineage)).toEqual([[], fetches.slice(0, 1), fetches.slice(0, 2)]);
    expect(stored.map(({ page_token }) => page_token)).toEqual([
      null,
      ...stored.map((row) => row.next_token).slice(0, 2),
    ]);
    expect(stored.map(({ friend_count, friends }) => [friend_count, (friends as unknown[]).length])).toEqual([
      ...[
        [10, 10],
        [10, 10],
        [5, 5],
      ],
    ]);
    expect(stored.map(({ cost_usd }) => Number(cost_usd))).toEqual([0.1, 0.1, 0.05]);
    expect(stored[2]).toMatchObject({ outcome: 'scraped', next_token: null, message_id: page(3).messageId });
  });

  test('that is complete asks nothing of X, and neither does one after the end of its list', async () => {
    const { page } = list(5, 30);
    await deliver(page(1));
    for (const [pageNumber, result] of [
      [1, 'already-complete'],
      [2, 'list-ended'],
      [3, 'list-ended'],
    ] as const)
      expect(await outside(() => deliver(page(pageNumber)))).toMatchObject({ result, calls: 0 });
  });

  test('comes again, unasked for, while the one before it is not stored', async () => {
    expect(await outside(() => deliver(list(25).page(2)))).toMatchObject({
      result: {
        name: 'RetryLater',
        message: 'the page before it is not stored yet',
        fields: { pageNumber: 2 },
      },
      calls: 0,
    });
  });

  test('that is heard long after it was asked for is dated by when X can have answered (R15)', async () => {
    const standing = instance(({ x }) => ({
      x: {
        ...x,
        following: async (asked) => {
          const said = await x.following(asked);
          on.clock.pass(HOUR_MS);
          return said;
        },
      },
    }));
    const { page, rows } = list(5);
    const askedMs = on.clock.now();
    expect(await standing(page(1))).toBe('stored');
    const datedMs = (await rows()).map(({ completed_at }) =>
      Date.parse((completed_at as { value: string }).value),
    );
    expect(datedMs).toEqual([expect.any(Number)]);
    expect(Number(datedMs[0]) - askedMs).toBeLessThan(MINUTE_MS);
  });

  test('that X refuses ends the list with the reason, and somebody is told', async () => {
    const { page, rows } = list(25);
    on.simulator.faults.push(stand({ name: 'refused' }, on.clock.now()));
    expect(await deliver(page(1))).toBe('stored');
    expect(await rows()).toMatchObject([{ outcome: 'unavailable', reason: 'refused' }]);
    expect(lines.find(({ message }) => message === 'X refused the page')?.fields).toMatchObject({
      alert: true,
    });
  });

  test('that BigQuery refuses in part is stored without that part, and somebody is told', async () => {
    const refusing = instance(({ scrapes }) => ({
      scrapes: {
        ...scrapes,
        append: (row) =>
          scrapes.append({
            ...row,
            friends: row.friends.map((friend) => ({ ...friend, created_at: 'no time' })),
          }),
      },
    }));
    const { page, rows } = list(5);
    expect(await refusing(page(1))).toBe('stored');
    expect(await rows()).toMatchObject([{ outcome: 'scraped', friend_count: 5 }]);
    expect(lines.map(({ message }) => message)).toEqual([
      'page stored without what BigQuery refused',
      'page stored',
    ]);
  });
});

describe('waiting costs nothing', () => {
  test('a closed gate: neither X nor BigQuery is asked', async () => {
    const { page } = list(25);
    on.simulator.faults.push(stand({ name: 'credits-depleted' }, on.clock.now()));
    expect((await outside(() => deliver(page(1)))).calls).toBe(1);
    expect(await outside(() => deliver(page(1)))).toMatchObject({
      result: { fields: { cause: 'credits-exhausted', dispatchId: page(1).dispatchId, pageNumber: 1 } },
      ...{ calls: 0, queries: 0 },
    });
  });

  test('two pages of one list at once: the second comes again, and those of other lists do not wait', async () => {
    const [one, other] = [list(25), list(25)];
    const atOnce = [one.page(1), one.page(1), other.page(1)];
    expect(await outside(() => Promise.allSettled(atOnce.map(deliver)))).toMatchObject({
      result: [{ status: 'fulfilled' }, { status: 'rejected' }, { status: 'fulfilled' }],
      ...{ calls: 2, queries: 2 },
    });
  });
});

test('the page after one that was stored just now is decided without a query', async () => {
  const { page } = list(25);
  await deliver(page(1));
  expect(await outside(() => deliver(page(2)))).toMatchObject({ result: 'stored', calls: 1, queries: 0 });
});

test('a page that was bought and could not be stored is stored later, and bought once; nothing else is bought meanwhile', async () => {
  let isAway = true;
  const failing = instance(({ scrapes }) => ({
    scrapes: {
      ...scrapes,
      append: (row) => (isAway ? Promise.reject(new RetryLater('BigQuery is away')) : scrapes.append(row)),
    },
  }));
  const [one, other] = [list(5), list(5)];
  expect(await outside(() => failing(one.page(1)))).toMatchObject({
    result: { message: 'BigQuery is away' },
    calls: 1,
  });
  expect(await outside(() => failing(other.page(1)))).toMatchObject({ calls: 0, queries: 0 });
  on.clock.pass(10_000);
  isAway = false;
  expect((await outside(() => failing(other.page(1)))).calls).toBe(0);
  expect(await outside(() => failing(one.page(1)))).toMatchObject({ result: 'stored', calls: 0 });
  expect(await failing(other.page(1))).toBe('stored');
  expect(await one.rows()).toHaveLength(1);
});

describe('a list that goes on when its plan is done', () => {
  const asked = () => on.requests().map(({ continues }) => continues?.afterPage);

  test('goes back to the planner, also where the page was complete already, and not within its plan', async () => {
    const { page } = list(35, 15);
    const after = [];
    for (const pageNumber of [1, 2, 2]) {
      await deliver(page(pageNumber));
      after.push(asked());
    }
    expect(after).toEqual([[], [2], [2]]);
    expect(on.pages()).toEqual([]);
  });

  test('is a chunk of its run, under the ordering key of all planning, that says all the planner needs', async () => {
    const keys: unknown[] = [];
    const watched = instance(({ bus }) => ({
      bus: {
        ...bus,
        publish: (topic, message, options) => {
          keys.push(options?.orderingKey);
          return bus.publish(topic, message, options);
        },
      },
    }));
    const given = { ...list(15, 5).page(1), maxCostUsd: 3, grandparent: { id: '9' } };
    await watched(given);
    const { runId, dispatchedAt, job, pageSize, parent, dispatchId, totalPages } = given;
    expect(on.requests()).toEqual([
      {
        ...{ runId, dispatchedAt, job, pageSize, maxCostUsd: 3, grandparent: { id: '9' } },
        ...{ parents: [parent], chunk: { index: 0, of: 1 } },
        continues: { dispatchId, afterPage: 1, totalPages, maxFriends: 10 },
      },
    ]);
    expect(keys).toEqual(['plan']);
  });

  test('is not bought beyond its plan, by a message of before there was a bound either: the planner is asked', async () => {
    const { page } = list(95, 10);
    await deliver(page(1));
    on.requests();
    expect(await outside(() => deliver(page(2)))).toMatchObject({ result: 'not-committed', calls: 0 });
    expect(asked()).toEqual([1]);
  });
});

describe('no page asks for more than is committed', () => {
  const sizes = (rows: Record<string, unknown>[]) => rows.map(({ friend_count }) => friend_count);

  test('the last page of a plan asks for what is left of it', async () => {
    const { page, rows } = list(40, 12);
    for (const pageNumber of [1, 2]) await deliver({ ...page(pageNumber), maxFriends: 17 });
    expect(sizes(await rows())).toEqual([10, 7]);
  });

  test('nothing is asked for where nothing is left, and the planner is told', async () => {
    const { page, rows } = list(40, 30);
    await deliver({ ...page(1), maxFriends: 10 });
    const next = await outside(() => deliver({ ...page(2), maxFriends: 10 }));
    expect(next).toMatchObject({ result: 'not-committed', calls: 0 });
    expect(on.requests().map(({ continues }) => continues)).toMatchObject([{ afterPage: 1, maxFriends: 10 }]);
    expect(sizes(await rows())).toEqual([10]);
  });
});

test('a message that cannot be used ends in rejected_messages with the reason', async () => {
  expect(await deliver({ ...list(5).page(0), messageId: 'no page' })).toBe('rejected');
  const [row] = await on.select("SELECT errors FROM rejected_messages WHERE message_id = 'no page'");
  expect(row?.errors).toEqual(['pageNumber must be >= 1']);
});
