import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RetryLater } from '../../shared/errors.ts';
import type { Wait } from '../../shared/x/types.ts';
import { type Delivered, type InProcess, startInProcess } from './in-process.ts';

const FRIENDS = 25;
/** Of the simulator: `parent_N_F` follows F accounts. */
const PARENT = {
  id: `120${'1'.padStart(8, '0')}${String(FRIENDS).padStart(8, '0')}`,
  username: 'parent_1_25',
};
const RUN_AT = '2026-01-15T08:00:00.000Z';

let on: InProcess;
let runs = 0;
let runId: string;
beforeAll(async () => {
  on = await startInProcess();
});
afterAll(() => on.close());
beforeEach(() => {
  runId = `run ${++runs}`;
  on.pages();
  on.requests();
});

/** What an operator says of a run, or of all. */
const say = (isStopped: boolean, of: string | null = runId) =>
  on.select(
    `INSERT INTO stops (run_id, is_stopped, said_at) VALUES (${of === null ? 'NULL' : `'${of}'`}, ${isStopped}, TIMESTAMP '${new Date(on.clock.now()).toISOString()}')`,
  );
/** What came of a delivery, and how often X was asked for it. */
async function outcome(deliver: (message: Delivered) => Promise<string>, message: Delivered) {
  const before = on.simulator.calls.total;
  const result = await deliver(message).catch((error: Error) => {
    if (!(error instanceof RetryLater)) throw error;
    return error.fields.cause ?? error.message;
  });
  return { result, calls: on.simulator.calls.total - before };
}

const page = (pageNumber = 1): Delivered => ({
  ...{ runId, dispatchId: `dispatch of ${runId}`, dispatchedAt: RUN_AT, job: { name: 'job' } },
  parent: { ...PARENT, friendsCount: FRIENDS },
  ...{ pageNumber, totalPages: 3, pageSize: 10, messageId: `${runId}/${pageNumber}` },
});
const question = (): Delivered => ({
  ...{ runId, dispatchId: `dispatch of ${runId}`, dispatchedAt: RUN_AT, job: { name: 'job' } },
  ...{ role: 'grandparent', username: 'somebody', reason: 'test', messageId: `${runId}/q` },
});
const chunk = (messageId = `${runId}/chunk`): Delivered => ({
  ...{ runId, dispatchedAt: RUN_AT, job: { name: 'job' }, parents: [PARENT.username] },
  ...{ chunk: { index: 0, of: 1 }, messageId },
});

const MESSAGES = {
  getpage: { message: page, done: 'stored' },
  getmetadata: { message: question, done: 'observed' },
  pagedispatch: { message: chunk, done: 'planned' },
} as const;

describe.each(Object.entries(MESSAGES))('%s', (service, { message, done }) => {
  const instance = () => on.instance(service as keyof typeof MESSAGES);

  test('asks X for nothing while everything is stopped, and goes on where it is told to', async () => {
    const deliver = instance();
    await say(true, null);
    expect(await outcome(deliver, message())).toEqual({ result: 'stopped', calls: 0 });
    await say(false, null);
    on.clock.pass(60_000);
    expect(await outcome(deliver, message())).toEqual({ result: done, calls: 1 });
  });

  test('hears within a minute that a run is stopped, also where it was told a moment ago that it goes', async () => {
    const deliver = instance();
    const { dispatchId, ...said } = message();
    const other = { ...said, runId: 'other', messageId: `other ${runId}` };
    const named = dispatchId === undefined ? other : { ...other, dispatchId: `other of ${runId}` };
    expect((await outcome(deliver, named)).result).toBe(done);
    await say(true);
    on.clock.pass(60_000);
    const { result, calls } = await outcome(deliver, message());
    expect([result === 'stopped' || result === 'set-aside', calls]).toEqual([true, 0]);
  });

  test('asks X for nothing where nobody says whether the run is stopped', async () => {
    const silent = on.instance(service as keyof typeof MESSAGES, {}, ({ stops }) => ({
      stops: { ...stops, stopOf: silence, assertGoes: silence },
    }));
    expect(await outcome(silent, message())).toEqual({ result: 'BigQuery gave no answer', calls: 0 });
  });
});

const silence = () => Promise.reject(new RetryLater('BigQuery gave no answer'));

describe('a page', () => {
  test('whose run is stopped while it waits for its turn is not bought', async () => {
    const deliver = on.instance('getpage', {}, ({ gateOf }) => ({
      gateOf: (endpoint) => {
        const gate = gateOf(endpoint);
        const acquire: typeof gate.acquire = async (deadlineMs) => {
          const permit = await gate.acquire(deadlineMs);
          await say(true);
          on.clock.pass(60_000);
          return permit;
        };
        return { ...gate, acquire };
      },
    }));
    const { result, calls } = await outcome(deliver, page());
    expect({ result, calls }).toEqual({ result: 'nobody knows whether the run is stopped', calls: 0 });
    await say(false);
  });

  test('that is being bought when its run is stopped is stored', async () => {
    const deliver = on.instance('getpage', {}, ({ x }) => ({
      x: { ...x, following: (asked) => say(true).then(() => x.following(asked)) },
    }));
    expect(await outcome(deliver, page())).toEqual({ result: 'stored', calls: 1 });
    on.clock.pass(60_000);
    expect(await outcome(deliver, page(2))).toEqual({ result: 'stopped', calls: 0 });
  });

  test('that was bought and could not be stored is stored, whatever is stopped meanwhile', async () => {
    let isAway = true;
    const deliver = on.instance('getpage', {}, ({ scrapes }) => ({
      scrapes: {
        ...scrapes,
        append: (row) => (isAway ? Promise.reject(new RetryLater('away')) : scrapes.append(row)),
      },
    }));
    expect(await outcome(deliver, page())).toEqual({ result: 'away', calls: 1 });
    await say(true);
    isAway = false;
    on.clock.pass(60_000);
    expect(await outcome(deliver, page())).toEqual({ result: 'stored', calls: 0 });
  });
});

describe('a chunk', () => {
  /** The message that was published last, as it is delivered. */
  const publishing = (instead: Parameters<InProcess['instance']>[2] = () => ({})) => {
    const published: { message: object; options: object }[] = [];
    const deliver = on.instance('pagedispatch', {}, (wiring) => ({
      ...instead(wiring),
      bus: {
        ...wiring.bus,
        publish: async (_topic, message, options = {}) => {
          published.push({ message, options });
          return 'id';
        },
      },
    }));
    return { deliver, published };
  };
  const aside = () => ({
    orderingKey: `plan ${runId}`,
    attributes: { waits: 'stopped', origin: 'somebody' },
  });
  const asked = () => {
    const { messageId: _, ...request } = chunk();
    return { ...request, parents: [{ username: PARENT.username }] };
  };

  test('of a stopped run waits under a key of its own, and keeps no other run from being planned', async () => {
    const { deliver, published } = publishing();
    await say(true);
    const message = { ...chunk(), attributes: { origin: 'somebody' } };
    expect(await outcome(deliver, message)).toEqual({ result: 'set-aside', calls: 0 });
    expect(published).toEqual([{ message: asked(), options: aside() }]);
  });

  test('that waits there comes again while its run is stopped, and then gets back in line', async () => {
    const { deliver, published } = publishing();
    await say(true);
    const waiting = { ...chunk(), attributes: aside().attributes };
    expect(await outcome(deliver, waiting)).toEqual({ result: 'stopped', calls: 0 });
    await say(false);
    on.clock.pass(60_000);
    expect(await outcome(deliver, waiting)).toEqual({ result: 'back-in-line', calls: 0 });
    const inLine = { orderingKey: 'plan', attributes: { origin: 'somebody' } };
    expect(published).toEqual([{ message: asked(), options: inLine }]);
  });

  test('whose look-ups were paid for and not recorded is recorded, though its run is stopped meanwhile', async () => {
    let isAway = true;
    const { deliver } = publishing(({ dispatches }) => ({
      dispatches: {
        ...dispatches,
        insert: (...rows) => (isAway ? Promise.reject(new RetryLater('away')) : dispatches.insert(...rows)),
      },
    }));
    expect(await outcome(deliver, chunk())).toEqual({ result: 'away', calls: 1 });
    await say(true);
    isAway = false;
    on.clock.pass(60_000);
    expect(await outcome(deliver, chunk())).toEqual({ result: 'planned', calls: 0 });
  });

  test('that was stopped for hours is given up no sooner than another: X has an hour to answer', async () => {
    const { deliver, published } = publishing(({ x }) => ({
      x: { ...x, lookup: async () => ({ answer: NOBODY, rate: null }) },
    }));
    await say(true, null);
    expect((await outcome(deliver, chunk())).result).toBe('stopped');
    on.clock.pass(3 * 3_600_000);
    await say(false, null);
    on.clock.pass(60_000);
    expect((await outcome(deliver, chunk())).result).toBe('x-unreachable');
    on.clock.pass(3_600_000);
    expect((await outcome(deliver, chunk())).result).toBe('planned');
    // No page, and that its list is not read (R31).
    expect(published.map(({ message }) => message)).toMatchObject([{ dispatches: [{ isOver: false }] }]);
  });
});

const NOBODY: Wait = {
  ...({ kind: 'wait', cause: 'x-unreachable', detail: 'X is away' } as const),
  ...{ closeUntilMs: null, alert: false },
};
