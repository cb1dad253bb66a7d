import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEnded } from '../../support/runs.ts';
import { startTestStack } from '../../support/stack.ts';
import { until } from '../../support/until.ts';
import { dodo, dodoJson } from '../support/dodo.ts';

type Status = Record<'pagesDone' | 'pagesExpected' | 'plannedUsd' | 'spentUsd', number> &
  Record<'committedUsd' | 'committedTodayUsd' | 'leftTodayUsd', number> &
  Record<'secondsLeft' | 'planningWaits', unknown>;

const BUDGET_USD = 50;

const on = await startTestStack({
  settings: { DAILY_BUDGET_USD: `${BUDGET_USD}`, X_CALLS_PER_WINDOW: '250' },
});
afterAll(() => on.stop());

const status = (...args: string[]) => dodo(['status', ...args], { data: on.dir });
const statusJson = <T = Status>(...args: string[]) => dodoJson<T>(['status', ...args], { data: on.dir });
const dispatch = async (args: string) =>
  (await dodoJson<{ runId: string }>(['dispatch', ...args.split(' ')], { data: on.dir })).runId;

describe('dodo status', () => {
  let older: string;
  let newer: string;
  beforeAll(async () => {
    older = await dispatch('exactly_1000 protected_one --job older');
    await runEnded(on, older, 2);
    newer = await dispatch('lists_fewer parent_8_30 parent_9_5000 --job newer');
    await runEnded(on, newer, 3);
  });

  test('lists the runs, newest first, with what became of their parents, and what is left today', async () => {
    expect(await statusJson()).toMatchObject([
      { run_id: newer, job: 'newer', parents: 3, complete: 2, over_budget: 1, friends_listed: 1930 },
      { run_id: older, job: 'older', parents: 2, complete: 1, unavailable: 1, pages_done: 1 },
    ]);
    const { out } = await status();
    expect(out.indexOf(newer)).toBeLessThan(out.indexOf(older));
    expect(out).toContain('1 complete, 1 unavailable');
    expect(out).toMatch(/committed today over all runs \$31\.61, \$18\.39 left today/);
    expect((await status('--since', '2099-01-01')).out).toMatch(/^no runs since 2099-01-01 00:00 UTC/);
  });

  test('of one run tells each dispatch: state, pages, friends against the count; and the money', async () => {
    const run = await statusJson(newer);
    const listed = { total_pages: 3, pages_done: 2, friends_count: 2100, friends_listed: 1900, waits: null };
    const tooDear = { state: 'over_budget', reason: expect.stringContaining('DAILY_BUDGET_USD') };
    expect(run).toMatchObject({
      ...{ pagesDone: 3, pagesExpected: 3, secondsLeft: null },
      dispatches: [
        { parent_username: 'lists_fewer', state: 'complete', ...listed },
        { parent_username: 'parent_8_30', state: 'complete', friends_listed: 30 },
        { parent_username: 'parent_9_5000', ...tooDear },
      ],
    });
    expect(run.spentUsd).toBeCloseTo(19.33, 6);
    expect(run.plannedUsd).toBeCloseTo(21.33, 6);
    expect(run.committedUsd).toBeCloseTo(21.59, 6);
    expect(run.committedTodayUsd + run.leftTodayUsd).toBeCloseTo(BUDGET_USD, 6);
    const { out } = await status(newer.slice(0, 8));
    expect(out).toContain(`run ${newer} of job newer, dispatched 20`);
    expect(out).toContain('3 of 3 pages, 3 of 3 parents ended');
    expect(out).toContain('planned $21.33, committed at most $21.59, spent $19.33; committed today');
    expect(out).toMatch(/@lists_fewer .* complete .* 2\/3 .* 1,900 .* 2,100 /);
  });

  test('and what the day has no room for, republish says before it is published again', async () => {
    const { err } = await dodo(['republish', newer.slice(0, 8), '--print'], { data: on.dir });
    expect(err).toMatch(
      /^note +\$\d\d\.\d\d to commit passes what is left of today's DAILY_BUDGET_USD \(\$18\.39\): /m,
    );
  });

  test('of a run that nobody knows is a failure, in one sentence', async () => {
    const { code, err } = await status('no-such-run');
    const says = `dodo: nothing is known of a run no-such-run. "npx dodo status --data ${on.dir}" lists the runs there are.\n`;
    expect({ code, err }).toEqual({ code: 1, err: says });
  });

  test('of a job whose name would write beyond its line says it within the line', async () => {
    const runId = await dispatch('parent_12_40 --job odd\u001b[31m\n\u202ename');
    await runEnded(on, runId, 1);
    expect((await status(runId)).out).toContain(`run ${runId} of job odd [31m name, dispatched 20`);
  });

  test('of a run that was refused as a whole says why', async () => {
    const run = { runId: 'refused', dispatchedAt: '2001-01-01T00:00:00Z' };
    await on.bus.publish('pagedispatch', { job: { name: 'j' }, parents: ['a'], ...run });
    await until(
      'it is rejected',
      async () => (await on.select('SELECT 1 FROM rejected_messages')).length > 0,
    );
    const { code, err } = await status('refused');
    const says = /the run refused was refused: dispatchedAt 2001.* is not between a year ago and a day ahead/;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(says) });
  });
});

describe('dodo status --watch', () => {
  test('shows lines without a terminal, and ends when the run ends', async () => {
    const runId = await dispatch('parent_10_40 parent_11_40 --page-size 10');
    const { code, out, err } = await status(runId, '--watch');
    expect(code).toBe(0);
    expect(out).toContain('8 of 8 pages, 2 of 2 parents ended');
    const lines = err.trim().split('\n');
    for (const line of lines)
      expect(line).toMatch(/^run [0-9a-f]{8}: \d+ of \d+ pages, \d of 2 parents ended/);
    expect(lines.at(-1)).toBe(`run ${runId.slice(0, 8)}: 8 of 8 pages, 2 of 2 parents ended`);
  });

  test('prints with --json one object a line, and never more pages than there are', async () => {
    const runId = await dispatch('parent_12_40 --page-size 10');
    const { code, out, err } = await status(runId, '--watch', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trim().split('\n');
    const seen = lines.map((line): Status => JSON.parse(line));
    for (const { pagesDone, pagesExpected, secondsLeft } of seen)
      expect(pagesDone < pagesExpected || secondsLeft === null).toBe(true);
    expect(seen.at(-1)).toMatchObject({ runId, pagesDone: 4, pagesExpected: 4, secondsLeft: null });
  });
});

test('what X refuses for good is told as what somebody must see to, and until when the gate is closed', async () => {
  await on.sim('faults', { name: 'credits-depleted', endpoint: 'users/by' });
  const runId = await dispatch('parent_13_40');
  const waiting = await until('planning waits', async () => {
    const now = await statusJson(runId);
    return now.planningWaits !== null && now;
  });
  const remedy = expect.stringContaining('buy credits');
  expect(waiting).toMatchObject({ dispatches: [], planningWaits: { cause: 'credits-exhausted', remedy } });
  const { out } = await status(runId);
  expect(out).toContain(`run ${runId}, not planned yet`);
  expect(out).toMatch(
    /planning waits: credits-exhausted, until 20\d\d-\d\d-\d\d \d\d:\d\d UTC, in \d+ min \(needs you: buy credits in the console of X\)/,
  );
  // The list has it all the same, and on top what it waits for.
  const list = (await status()).out;
  expect(list).toMatch(
    /^the gate to X \(users-by-username\) is closed: credits-exhausted, until .* UTC, in \d+ min \(needs you: buy credits/,
  );
  expect(list).toMatch(new RegExp(`${runId} .* 1 not planned yet `));
  const [first] = await statusJson<object[]>();
  expect(first).toMatchObject({ run_id: runId, job: 'manual', parents: 1, unplanned: 1, running: 0 });
  expect((await status(runId.slice(0, 8))).out).toContain(`run ${runId}, not planned yet`);
});
