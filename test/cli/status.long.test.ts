import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runEnded } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { until } from '../support/until.ts';
import { dodo, dodoJson, type Running } from './dodo.ts';

interface Status {
  runId: string;
  pagesDone: number;
  pagesExpected: number;
  plannedUsd: number;
  spentUsd: number;
  plannedTodayUsd: number;
  leftTodayUsd: number | null;
  secondsLeft: number | null;
  planningWaits: { cause: string; remedy: string | null } | null;
  dispatches: { parent_username: string; state: string; waits: { cause: string; until: string } | null }[];
}

const BUDGET_USD = 50;

let on: TestStack;
let stack: Running;
beforeAll(async () => {
  on = await startTestStack({ settings: { DAILY_BUDGET_USD: `${BUDGET_USD}`, X_CALLS_PER_WINDOW: '250' } });
  stack = { data: on.dir };
});
afterAll(() => on.stop());

const status = (runId: string) => dodoJson<Status>(['status', runId], stack);
const dispatch = async (...args: string[]) =>
  (await dodoJson<{ runId: string }>(['dispatch', ...args], stack)).runId;

describe('dodo status', () => {
  let older: string;
  let newer: string;
  beforeAll(async () => {
    older = await dispatch('exactly_1000', 'protected_one', '--job', 'older');
    await runEnded(on, older, 2);
    newer = await dispatch('lists_fewer', 'parent_8_30', 'parent_9_5000', '--job', 'newer');
    await runEnded(on, newer, 3);
  });

  test('lists the runs, newest first, with what became of their parents, and what is left today', async () => {
    const runs = await dodoJson<Record<string, unknown>[]>(['status'], stack);
    expect(runs).toMatchObject([
      { run_id: newer, job: 'newer', parents: 3, complete: 2, over_budget: 1, friends_listed: 1930 },
      { run_id: older, job: 'older', parents: 2, complete: 1, unavailable: 1, pages_done: 1 },
    ]);
    const { out } = await dodo(['status'], stack);
    expect(out.indexOf(newer)).toBeLessThan(out.indexOf(older));
    expect(out).toContain('1 complete, 1 unavailable');
    expect(out).toMatch(/planned today over all runs \$31\.35, \$18\.65 left today/);
    expect(await dodoJson(['status', '--since', '2099-01-01'], stack)).toEqual([]);
  });

  test('of one run tells each dispatch: state, pages, friends against the count; and the money', async () => {
    const run = await status(newer);
    expect(run).toMatchObject({ pagesDone: 3, pagesExpected: 3, secondsLeft: null });
    expect(run.dispatches).toMatchObject([
      {
        parent_username: 'lists_fewer',
        state: 'complete',
        total_pages: 3,
        pages_done: 2,
        friends_count: 2100,
        friends_listed: 1900,
        waits: null,
      },
      { parent_username: 'parent_8_30', state: 'complete', friends_listed: 30 },
      {
        parent_username: 'parent_9_5000',
        state: 'over_budget',
        reason: expect.stringContaining('DAILY_BUDGET_USD'),
      },
    ]);
    expect(run.spentUsd).toBeCloseTo(19.33, 6);
    expect(run.plannedUsd).toBeCloseTo(21.33, 6);
    expect(run.plannedTodayUsd + (run.leftTodayUsd ?? 0)).toBeCloseTo(BUDGET_USD, 6);
    const { out } = await dodo(['status', newer], stack);
    expect(out).toContain(`run ${newer} of job newer, dispatched 20`);
    expect(out).toContain('3 of 3 pages, 3 of 3 parents ended');
    expect(out).toMatch(/@lists_fewer .* complete .* 2\/3 .* 1,900 .* 2,100 /);
  });

  test('of a run that nobody knows is a failure, in one sentence', async () => {
    const { code, err } = await dodo(['status', 'no-such-run'], stack);
    expect({ code, err }).toEqual({
      code: 1,
      err: 'dodo: nothing is known of a run no-such-run. "npx dodo status" lists the runs there are.\n',
    });
  });

  test('of a run that was refused as a whole says why', async () => {
    await on.bus.publish('pagedispatch', {
      job: { name: 'j' },
      parents: ['a'],
      runId: 'refused',
      dispatchedAt: '2001-01-01T00:00:00Z',
    });
    await until(
      'it is rejected',
      async () => (await on.select('SELECT 1 FROM rejected_messages')).length > 0,
    );
    const { code, err } = await dodo(['status', 'refused'], stack);
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /the run refused was refused: dispatchedAt 2001.* is not between a year ago and a day ahead/,
      ),
    });
  });
});

describe('dodo status --watch', () => {
  test('shows lines without a terminal, and ends when the run ends', async () => {
    const runId = await dispatch('parent_10_40', 'parent_11_40', '--page-size', '10');
    const { code, out, err } = await dodo(['status', runId, '--watch'], stack);
    expect(code).toBe(0);
    expect(out).toContain('8 of 8 pages, 2 of 2 parents ended');
    const lines = err.trim().split('\n');
    for (const line of lines)
      expect(line).toMatch(/^run [0-9a-f]{8}: \d+ of \d+ pages, \d of 2 parents ended/);
    expect(lines.at(-1)).toBe(`run ${runId.slice(0, 8)}: 8 of 8 pages, 2 of 2 parents ended`);
  });

  test('prints with --json one object a line, and never more pages than there are', async () => {
    const runId = await dispatch('parent_12_40', '--page-size', '10');
    const { code, out, err } = await dodo(['status', runId, '--watch', '--json'], stack);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const seen: Status[] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    for (const { pagesDone, pagesExpected, secondsLeft } of seen)
      expect(pagesDone < pagesExpected || secondsLeft === null).toBe(true);
    expect(seen.at(-1)).toMatchObject({ runId, pagesDone: 4, pagesExpected: 4, secondsLeft: null });
  });
});

describe('what X refuses for good', () => {
  test('is told as what somebody must see to, and until when the gate is closed', async () => {
    await on.sim('faults', { name: 'credits-depleted', endpoint: 'users/by' });
    const runId = await dispatch('parent_13_40');
    const waiting = await until('planning waits', async () => {
      const now = await status(runId);
      return now.planningWaits !== null && now;
    });
    expect(waiting).toMatchObject({
      dispatches: [],
      planningWaits: { cause: 'credits-exhausted', remedy: expect.stringContaining('buy credits') },
    });
    const { out } = await dodo(['status', runId], stack);
    expect(out).toContain(`run ${runId}, not planned yet`);
    expect(out).toMatch(
      /planning waits: credits-exhausted, until 20\d\d-\d\d-\d\d \d\d:\d\d UTC \(needs you: buy credits in the console of X\)/,
    );
  });
});
