import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningStack } from '../../infra/local/stack-file.ts';
import { createBus } from '../../shared/bus.ts';
import { systemClock } from '../../shared/clock.ts';
import { readConfig } from '../../shared/config.ts';
import { createPubSub } from '../../shared/pubsub-client.ts';
import { until } from '../support/until.ts';
import { dodo, dodoJson, emptyDir } from './dodo.ts';
import { type KillableStack, setLimits, startLocal } from './killable-stack.ts';

interface Status {
  pagesDone: number;
  pagesExpected: number;
  secondsLeft: number | null;
  dispatches: { dispatch_id: string; state: string; waits: { cause: string; until: string } | null }[];
}
interface Calls {
  total: number;
  byEndpoint: Record<string, number>;
}
interface Published {
  runIds: string[];
  messageIds: string[];
  pagesStored: number;
  pagesMissing: number;
  costUsd: number;
}

/** It takes a moment until anything is known of a run. */
const NOT_PLANNED: Status = { pagesDone: 0, pagesExpected: 0, secondsLeft: null, dispatches: [] };

const PARENTS = ['parent_1_400', 'parent_2_400', 'parent_3_400'];
const PAGES = 12;
const FRIENDS = 1200;
/** Of which half goes at once; what follows is spread over the quarter of an hour. */
const CALLS_ALLOWED = 10;

let data: string;
let stack: KillableStack | undefined;
let runId: string;
const status = () => dodoJson<Status>(['status', runId], { data });
const query = (sql: string) => dodoJson<Record<string, unknown>[]>(['query', sql], { data });
const callsToX = async () => {
  if (!stack) throw new Error('no stack is up');
  const { total, byEndpoint } = (await stack.sim('calls')) as Calls;
  return { total, pages: byEndpoint['users/:id/following'] ?? 0 };
};

beforeAll(async () => {
  data = await emptyDir();
  // What does not get its turn within 2 s is tried again later, and says so.
  const settings = { X_CALLS_PER_WINDOW: `${CALLS_ALLOWED}`, HANDLER_DEADLINE_MS: '2000' };
  stack = await startLocal(data, settings);
  await stack.sim('limits', { limit: CALLS_ALLOWED });
  const args = ['dispatch', ...PARENTS, '--page-size', '100', '--job', 'halted'];
  runId = (await dodoJson<{ runId: string }>(args, { data })).runId;
});
afterAll(async () => {
  await stack?.interrupt();
  await rm(data, { recursive: true, force: true });
});

describe('a run that is stopped half-way', () => {
  let stored: number;

  test('waits for the rate limit of X, and its status says so, and until when', async () => {
    const waiting = await until('every dispatch waits', async () => {
      const now = await status().catch(() => NOT_PLANNED);
      return (
        now.dispatches.length === PARENTS.length &&
        now.dispatches.every(({ waits }) => waits?.cause === 'paced') &&
        now
      );
    });
    stored = waiting.pagesDone;
    expect(stored).toBe(CALLS_ALLOWED / 2);
    expect(waiting).toMatchObject({ pagesExpected: PAGES });
    for (const { waits } of waiting.dispatches) {
      const untilMs = Date.parse(waits?.until ?? '');
      expect(untilMs).toBeGreaterThan(Date.now() - 60_000);
      expect(untilMs).toBeLessThan(Date.now() + 900_000);
    }
    const { out } = await dodo(['status', runId], { data });
    expect(out).toContain(
      `${stored} of ${PAGES} pages, 0 of 3 parents ended; about 15 min left at 10 calls per 15 min`,
    );
    expect(out).toMatch(/waits: paced, until 20\d\d-\d\d-\d\d \d\d:\d\d UTC/);
  });

  test('and whose stack is killed can be looked at without one; republish --print says what is missing', async () => {
    await stack?.kill();
    stack = undefined;
    expect((await status()).pagesDone).toBe(stored);
    const { code, out, err } = await dodo(['republish', runId, '--print'], { data });
    expect(code).toBe(0);
    expect(err).toContain(`stored      ${stored} pages (free)`);
    expect(err).toContain(`missing     ${PAGES - stored} pages`);
    expect(err).toContain(`$${PAGES - stored}.00 (simulated: nothing is charged)`);
    expect(JSON.parse(out)).toMatchObject({ runId, job: { name: 'halted' }, pageSize: 100 });
  });

  test('ends complete once it is published again, and X is asked for the missing pages alone', async () => {
    await setLimits(data, { limit: 300 });
    stack = await startLocal(data);
    const published = await dodoJson<Published>(['republish', runId], { data });
    expect(published.runIds).toEqual([runId]);
    const watch = await dodo(['status', runId, '--watch'], { data });
    expect(watch.code).toBe(0);
    expect(watch.out).toContain(`${PAGES} of ${PAGES} pages, 3 of 3 parents ended`);
    expect(watch.err).toMatch(/^run [0-9a-f]{8}: \d+ of 12 pages, \d of 3 parents ended/m);
    expect((await status()).dispatches.map(({ state }) => state)).toEqual(PARENTS.map(() => 'complete'));
    const [{ friends = 0, pages = 0 } = {}] = await query(
      `SELECT COUNT(*) AS friends, (SELECT COUNT(*) FROM completed_scrapes WHERE run_id = '${runId}') AS pages FROM friends WHERE run_id = '${runId}'`,
    );
    expect({ friends, pages }).toEqual({ friends: FRIENDS, pages: PAGES });
    expect(await callsToX()).toEqual({ total: PAGES - stored, pages: PAGES - stored });
  });
});

describe('a finished run published again', () => {
  const settled = async () => {
    const look = () => query(`SELECT COUNT(*) AS pages FROM completed_scrapes`);
    return (await look())[0]?.pages;
  };

  test('by republish makes no call to X', async () => {
    await stack?.sim('reset-calls', {});
    const published = await dodoJson<Published>(['republish', runId], { data });
    expect(published).toMatchObject({ pagesStored: PAGES, pagesMissing: 0, costUsd: 0 });
    await plannedAgain(1);
    expect((await callsToX()).total).toBe(0);
    expect(await settled()).toBe(PAGES);
  });

  test('by one of its dispatches makes none either', async () => {
    const [first] = (await status()).dispatches;
    const { out, code } = await dodo(['republish', first?.dispatch_id ?? ''], { data });
    expect(code).toBe(0);
    expect(out).toContain('1 parent of 1 run, of which 1 final');
    expect(out).toContain('missing     0 pages: X will not be called');
    await plannedAgain(2);
    expect((await callsToX()).total).toBe(0);
  });

  test('by hand, with the message that was printed, makes none either', async () => {
    const { out } = await dodo(['republish', runId, '--print'], { data });
    const config = readConfig((await runningStack(data))?.env);
    const pubsub = createPubSub(config);
    const bus = createBus(async () => pubsub, systemClock, 30_000);
    for (const line of out.trim().split('\n')) await bus.publish('pagedispatch', JSON.parse(line));
    await pubsub.close();
    await plannedAgain(3);
    expect((await callsToX()).total).toBe(0);
    expect(await settled()).toBe(PAGES);
  });

  test('is none of those that --incomplete finds', async () => {
    const { code, out } = await dodo(['republish', '--incomplete'], { data });
    expect({ code, out }).toEqual({
      code: 0,
      out: 'every dispatch has reached its end: nothing to publish.\n',
    });
  });

  /** The planner has been through with the run so many times since the stack was started last. */
  async function plannedAgain(times: number): Promise<void> {
    await until(`the run was planned ${times} times again`, async () => {
      const log = await readFile(`${data}/logs/pagedispatch.log`, 'utf8');
      const planned = log
        .split('\n')
        .filter((line) => line.includes(runId) && line.includes('chunk planned and published'));
      return planned.length >= 2 + times;
    });
  }
});

describe('what no budget had room for', () => {
  test('is found by --incomplete, but bought only once the run may cost so much', async () => {
    const args = ['dispatch', 'parent_4_400', '--max-cost', '1'];
    const { runId: dear } = await dodoJson<{ runId: string }>(args, { data });
    await until('it is over budget', async () => {
      const { dispatches } = await dodoJson<Status>(['status', dear], { data }).catch(() => ({
        dispatches: [],
      }));
      return dispatches[0]?.state === 'over_budget';
    });
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const published = await dodoJson(['republish', '--incomplete', '--since', since], { data });
    expect(published).toMatchObject({ runIds: [dear], parentsToPlan: 1, costUsd: 4, pagesMissing: 0 });
    await until('it has been planned again', async () => {
      const [row] = await query(`SELECT COUNT(*) AS plans FROM dispatches WHERE run_id = '${dear}'`);
      return row?.plans === 2;
    });
    expect((await dodoJson<Status>(['status', dear], { data })).dispatches).toMatchObject([
      { state: 'over_budget', pages_done: 0 },
    ]);

    await dodoJson(['republish', dear, '--max-cost', '5'], { data });
    await until('it is complete', async () => {
      const { dispatches } = await dodoJson<Status>(['status', dear], { data });
      return dispatches[0]?.state === 'complete';
    });
  });

  test('of a run that is unknown there is nothing to publish', async () => {
    const { code, err } = await dodo(['republish', 'no-such-run'], { data });
    expect({ code, err }).toEqual({
      code: 1,
      err: 'dodo: there is no run and no dispatch no-such-run. "npx dodo status" lists the runs there are.\n',
    });
  });
});

test('Ctrl-C stops the stack with exit code 0', async () => {
  const ended = await stack?.interrupt();
  stack = undefined;
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('The stack is stopped.') });
});
