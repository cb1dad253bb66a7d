import { readFile, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runningStack } from '../../../infra/local/stack-file.ts';
import { createBus } from '../../../shared/bus.ts';
import { systemClock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import { createPubSub } from '../../../shared/pubsub-client.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';
import { type KillableStack, startLocal } from '../support/killable-stack.ts';
import { emptyDir } from '../support/process.ts';

interface Status {
  pagesDone: number;
  pagesExpected: number;
  dispatches: { dispatch_id: string; state: string; waits: { cause: string; until: string } | null }[];
}

/** It takes a moment until anything is known of a run. */
const NOT_PLANNED: Status = { pagesDone: 0, pagesExpected: 0, dispatches: [] };

const PARENTS = ['parent_1_400', 'parent_2_400', 'parent_3_400'];
const PAGES = 12;
const FRIENDS = 1200;
/** Of which half goes at once; what follows is spread over the quarter of an hour. */
const CALLS_ALLOWED = 10;

let data: string;
let stack: KillableStack | undefined;
let runId: string;
const run = (...args: string[]) => dodo(args, { data });
const json = <T = Record<string, unknown>>(...args: string[]) => dodoJson<T>(args, { data });
const statusOf = (id: string) => json<Status>('status', id).catch(() => NOT_PLANNED);
const query = (sql: string) => json<Record<string, unknown>[]>('query', sql);
const callsToX = async () => {
  const calls = await stack?.sim('calls');
  const { total, byEndpoint } = calls as { total: number; byEndpoint: Record<string, number> };
  return { total, pages: byEndpoint['users/:id/following'] ?? 0 };
};

beforeAll(async () => {
  data = await emptyDir();
  // What does not get its turn within 2 s is tried again later, and says so.
  const settings = { X_CALLS_PER_WINDOW: `${CALLS_ALLOWED}`, HANDLER_DEADLINE_MS: '2000' };
  stack = await startLocal(data, settings);
  await stack.sim('limits', { limit: CALLS_ALLOWED });
  const args = ['dispatch', ...PARENTS, '--page-size', '100', '--job', 'halted'];
  runId = (await json<{ runId: string }>(...args)).runId;
});
afterAll(async () => {
  await stack?.interrupt();
  await rm(data, { recursive: true, force: true });
});

describe('a run that is stopped half-way', () => {
  let stored: number;

  test('waits for the rate limit of X, and its status says so, and until when', async () => {
    const waiting = await until('every dispatch waits', async () => {
      const now = await statusOf(runId);
      const paced = now.dispatches.filter(({ waits }) => waits?.cause === 'paced');
      return paced.length === PARENTS.length && now;
    });
    stored = waiting.pagesDone;
    expect(stored).toBe(CALLS_ALLOWED / 2);
    expect(waiting).toMatchObject({ pagesExpected: PAGES });
    for (const { waits } of waiting.dispatches) {
      const untilMs = Date.parse(waits?.until ?? '');
      expect(untilMs).toBeGreaterThan(Date.now() - 60_000);
      expect(untilMs).toBeLessThan(Date.now() + 900_000);
    }
    const { out } = await run('status', runId);
    expect(out).toContain(
      `${stored} of ${PAGES} pages, 0 of 3 parents ended; about 15 min left at 10 calls per 15 min`,
    );
    expect(out).toMatch(/waits: paced, until 20\d\d-\d\d-\d\d \d\d:\d\d UTC/);
  });

  test('and whose stack is killed can be looked at without one; republish --print says what is missing', async () => {
    await stack?.kill();
    stack = undefined;
    expect((await statusOf(runId)).pagesDone).toBe(stored);
    const { code, out, err } = await run('republish', runId, '--print');
    expect(code).toBe(0);
    expect(err).toContain(`stored      ${stored} pages (free)`);
    expect(err).toContain(`missing     ${PAGES - stored} pages`);
    expect(err).toContain(`$${PAGES - stored}.00 (simulated: nothing is charged)`);
    expect(JSON.parse(out)).toMatchObject({ runId, job: { name: 'halted' }, pageSize: 100 });
  });

  test('ends complete once it is published again, and X is asked for the missing pages alone', async () => {
    // Their limit is that of X too, in a folder that had another.
    stack = await startLocal(data);
    expect(await json('republish', runId)).toMatchObject({ runIds: [runId] });
    const watch = await run('status', runId, '--watch');
    expect(watch.code).toBe(0);
    expect(watch.out).toContain(`${PAGES} of ${PAGES} pages, 3 of 3 parents ended`);
    expect(watch.err).toMatch(/^run [0-9a-f]{8}: \d+ of 12 pages, \d of 3 parents ended/m);
    expect((await statusOf(runId)).dispatches.map(({ state }) => state)).toEqual(
      PARENTS.map(() => 'complete'),
    );
    const [counts] = await query(
      `SELECT COUNT(*) AS friends, (SELECT COUNT(*) FROM completed_scrapes WHERE run_id = '${runId}') AS pages FROM friends WHERE run_id = '${runId}'`,
    );
    expect(counts).toEqual({ friends: FRIENDS, pages: PAGES });
    expect(await callsToX()).toEqual({ total: PAGES - stored, pages: PAGES - stored });
  });
});

describe('a finished run published again makes no call to X', () => {
  beforeAll(() => stack?.sim('reset-calls', {}));

  const settled = async () => (await query('SELECT COUNT(*) AS pages FROM completed_scrapes'))[0]?.pages;

  /** The planner has been through with the run so many times since the stack was started last. */
  const plannedAgain = (times: number) =>
    until(`the run was planned ${times} times again`, async () => {
      const lines = (await readFile(`${data}/logs/pagedispatch.log`, 'utf8')).split('\n');
      const done = lines.filter(
        (line) => line.includes(runId) && line.includes('chunk planned and published'),
      );
      return done.length >= 2 + times;
    });

  test('by republish', async () => {
    const published = await json('republish', runId);
    expect(published).toMatchObject({ pagesStored: PAGES, pagesMissing: 0, costUsd: 0 });
    await plannedAgain(1);
    expect([(await callsToX()).total, await settled()]).toEqual([0, PAGES]);
  });

  test('by one of its dispatches', async () => {
    const [first] = (await statusOf(runId)).dispatches;
    const { out, code } = await run('republish', first?.dispatch_id ?? '');
    expect(code).toBe(0);
    expect(out).toContain('1 parent of 1 run, of which 1 final');
    expect(out).toContain('missing     0 pages: X will not be called');
    await plannedAgain(2);
    expect((await callsToX()).total).toBe(0);
    const printed = await run('republish', first?.dispatch_id ?? '', '--print');
    expect(await run('republish', first?.dispatch_id.slice(0, 8) ?? '', '--print')).toEqual(printed);
  });

  test('by hand, with the message that was printed', async () => {
    const { out } = await run('republish', runId, '--print');
    const pubsub = createPubSub(readConfig((await runningStack(data))?.env));
    const bus = createBus(async () => pubsub, systemClock, 30_000);
    for (const line of out.trim().split('\n')) await bus.publish('pagedispatch', JSON.parse(line));
    await pubsub.close();
    await plannedAgain(3);
    expect([(await callsToX()).total, await settled()]).toEqual([0, PAGES]);
  });

  test('by "dispatch --message" with the message that was printed', async () => {
    const { out: input } = await run('republish', runId, '--print');
    const { code, out } = await dodo(['dispatch', '--message', '-'], { data, input });
    expect(code).toBe(0);
    expect(out).toContain('1 message of 1 run\nparents     3 parents, of which 3 planned before');
    expect(out).toContain('cost        $0.00 (simulated: nothing is charged)');
    expect(out).toContain(`Watch it: npx dodo status ${runId} --watch --data ${data}\n`);
    await plannedAgain(4);
    expect([(await callsToX()).total, await settled()]).toEqual([0, PAGES]);
  });

  test('and is none of those that --incomplete finds', async () => {
    expect(await run('republish', '--incomplete')).toEqual({
      code: 0,
      out: 'every dispatch has reached its end: nothing to publish.\n',
      err: '',
    });
  });
});

test('a run of which a part was published again has as many parents as before, and ends for who watches it', async () => {
  const parents = ['parent_21_50', 'parent_22_400', 'parent_23_400'];
  const { runId: cut } = await json<{ runId: string }>('dispatch', ...parents, '--max-cost', '1');
  const states = async () => (await statusOf(cut)).dispatches.map(({ state }) => state).sort();
  const expected = ['complete', 'over_budget', 'over_budget'];
  await until('two are over budget', async () => `${await states()}` === `${expected}`);
  expect(await json('republish', '--incomplete', '--max-cost', '100')).toMatchObject({ parentsToPlan: 2 });
  await until('two are planned again', async () => {
    const [row] = await query(`SELECT COUNT(*) AS plans FROM dispatches WHERE run_id = '${cut}'`);
    return row?.plans === 5;
  });
  const watch = await run('status', cut, '--watch');
  expect(watch.out).toContain('3 of 3 pages, 3 of 3 parents ended');
  expect(await json('status', cut)).toMatchObject({ parents: 3, unplanned: 0 });
});

test('what no budget had room for is found by --incomplete, but bought only once the run may cost so much', async () => {
  const { runId: dear } = await json<{ runId: string }>('dispatch', 'parent_4_400', '--max-cost', '1');
  const is = (state: string) =>
    until(`it is ${state}`, async () => (await statusOf(dear)).dispatches[0]?.state === state);
  await is('over_budget');
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const published = await json('republish', '--incomplete', '--since', since);
  expect(published).toMatchObject({ runIds: [dear], parentsToPlan: 1, costUsd: 4, pagesMissing: 0 });
  const says = new RegExp(`to commit passes what is left of the \\$1\\.00 that the run ${dear} may cost`);
  expect(published.notes).toEqual([expect.stringMatching(says)]);
  await until('it has been planned again', async () => {
    const [row] = await query(`SELECT COUNT(*) AS plans FROM dispatches WHERE run_id = '${dear}'`);
    return row?.plans === 2;
  });
  expect((await statusOf(dear)).dispatches).toMatchObject([{ state: 'over_budget', pages_done: 0 }]);

  expect(await json('republish', dear, '--max-cost', '5')).toMatchObject({ notes: [] });
  await is('complete');
});

test('what no budget had room for beyond its plan is found by --incomplete, and read to its end once the run may cost so much', async () => {
  const { runId: longer } = await json<{ runId: string }>('dispatch', 'lists_more', '--max-cost', '12');
  const is = async (state: string) => {
    const now = await until(`it is ${state}`, async () => {
      const { dispatches } = await statusOf(longer);
      return dispatches[0]?.state === state && dispatches;
    });
    return now[0];
  };
  expect(await is('partial')).toMatchObject({
    ...{ pages_done: 1, planned_cost_usd: 10.01, committed_cost_usd: 10.01, cost_usd: 10.01 },
    reason: expect.stringMatching(/^the list goes on after page 1: .* would pass maxCostUsd/),
  });
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const args = ['republish', '--incomplete', '--since', since, '--max-cost', '30'];
  expect(await json(...args)).toMatchObject({ runIds: [longer], pagesMissing: 1, costUsd: 10 });
  const whole = { total_pages: 2, pages_done: 2, planned_cost_usd: 20.01, committed_cost_usd: 20.01 };
  expect(await is('complete')).toMatchObject({ ...whole, cost_usd: 14.01 });
});

test('of a run that is unknown there is nothing to publish', async () => {
  const { code, err } = await run('republish', 'no-such-run');
  expect({ code, err }).toEqual({
    code: 1,
    err: `dodo: there is no run and no dispatch no-such-run. "npx dodo status --data ${data}" lists the runs there are.\n`,
  });
});

test('Ctrl-C stops the stack with exit code 0', async () => {
  const ended = await stack?.interrupt();
  stack = undefined;
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('The stack is stopped.') });
});
