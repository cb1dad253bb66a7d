import { afterAll, expect, test } from 'vitest';
import { watchRun } from '../../../infra/cli/run/watch.ts';
import { stackTarget } from '../../../infra/cli/target/find.ts';
import type { Target } from '../../../infra/cli/target/target.ts';
import { systemClock } from '../../../shared/clock.ts';
import { readConfig } from '../../../shared/config.ts';
import { page, plan, requested } from '../../views/rows.ts';
import { openWarehouse } from '../support/history.ts';

const warehouse = await openWarehouse();
afterAll(() => warehouse.close());

const LOOK_EVERY_MS = 500;
/** What a look and the wait for the next one take together. */
const LOOK_TAKES_MS = 2500;

/** A local stack whose time passes between looks alone; what happens then, by how many there were. */
function targetWith(happens: Record<number, () => Promise<void>>): Promise<Target> {
  const startMs = Date.now();
  let looks = 0;
  const clock = {
    now: () => startMs + looks * LOOK_TAKES_MS,
    sleep: async (ms: number, signal?: AbortSignal) => {
      // A deadline of a question to BigQuery.
      if (ms !== LOOK_EVERY_MS) return systemClock.sleep(ms, signal);
      await happens[++looks]?.();
    },
  };
  return stackTarget(readConfig(warehouse.running.env), '/nonexistent', clock);
}

const dispatchOf = (run: string) => ({ run, dispatch: `dispatch of ${run}`, ago: 60 });
const OVER_BUDGET = { status: 'over_budget', reason: 'no money' };
const endedWithoutMoney = (run: string) =>
  warehouse.fill({
    requested_dispatches: [requested(dispatchOf(run))],
    dispatches: [plan(dispatchOf(run), OVER_BUDGET)],
  });
/** The states that are seen, each once. */
async function seenOf(run: string, target: Target): Promise<string[]> {
  const seen: string[] = [];
  await watchRun(target, run, ({ dispatches }) => seen.push(...dispatches.map(({ state }) => state)));
  return seen;
}

test('a run that is over and was just published again is watched until it has ended anew', async () => {
  const of = dispatchOf('again');
  await endedWithoutMoney('again');
  const target = await targetWith({
    2: () => warehouse.fill({ dispatches: [plan(of, { planned_at: new Date().toISOString() })] }),
    // Longer than it may be as before: what runs is waited for.
    6: () => warehouse.fill({ completed_scrapes: [page({ ...of, fetch: 'one', friends: ['11'], at: 0 })] }),
  });
  expect(await seenOf('again', target)).toEqual(['over_budget', 'running', 'complete']);
});

test('one that nobody has published again is watched for ten seconds, and one that is final is not', async () => {
  await endedWithoutMoney('left');
  const target = await targetWith({});
  const startMs = target.clock.now();
  expect(await seenOf('left', target)).toEqual(['over_budget']);
  expect(target.clock.now() - startMs).toBe(10_000);

  const of = dispatchOf('final');
  await warehouse.fill({ dispatches: [plan(of)], requested_dispatches: [requested(of)] });
  await warehouse.fill({ completed_scrapes: [page({ ...of, fetch: 'one', friends: ['11'], at: 0 })] });
  const ended = await targetWith({});
  const beganMs = ended.clock.now();
  expect(await seenOf('final', ended)).toEqual(['complete']);
  expect(ended.clock.now()).toBe(beganMs);
});
