import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CRASH_POINTS, CRASH_POINTS_OF_FULL_READS, type Service } from '../simulation/crash-points.ts';
import { dispatchRun } from '../support/runs.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { againAt, timeOf } from './support/again.ts';
import { ARMED_FILE, arm, armedIn } from './support/armed.ts';
import { checkedOnce, checkIsWhole, readBefore } from './support/checking.ts';
import { chainsAreUnbroken, listsAreWhole, paidOnceExcept, restIsRecorded } from './support/stores.ts';
import { type Supervisor, supervise } from './support/supervisor.ts';
import { allAreTold, subscribe, type Told } from './support/told.ts';
import { drained, PAGES, populate, publishRun, publishUnusable } from './support/world.ts';

const SOURCE = join(import.meta.dirname, 'support', 'functions.ts');
/** The observation is stored, its plan is not: the parent is looked up and recorded once more. */
const OBSERVED_TWICE = ['pagedispatch/after metadata.append', 'pagedispatch/before dispatches.insert'];
/** Publishes that full reads never come by. */
const OF_CHECKS = CRASH_POINTS.filter((point) => !CRASH_POINTS_OF_FULL_READS.includes(point));

let dir: string;
let armed: string;
let on: TestStack;
let supervisor: Supervisor;
let told: Told;
const hit = new Set<string>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dodo-crash-'));
  armed = join(dir, 'armed.json');
  const settings = { [ARMED_FILE]: armed, X_CALLS_PER_WINDOW: '100000' };
  on = await startTestStack({ dir, settings, functionSource: SOURCE });
  supervisor = supervise(on, SOURCE);
  told = await subscribe(on);
  await populate(on);
});
afterAll(async () => {
  await supervisor?.stop();
  await told?.close();
  await on?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** The function dies at the point, once, while what `act` has published is delivered; and comes back. */
async function diesAt(point: string, act: () => Promise<unknown>): Promise<void> {
  const service = point.split('/')[0] as Service;
  const deaths = supervisor.deaths(service);
  await on.sim('reset-calls', {});
  arm(armed, { point, time: timeOf(point) });

  await act();

  expect(armedIn(armed), 'the point was never hit').toBeUndefined();
  hit.add(point);
  expect(supervisor.deaths(service) - deaths).toBe(1);
}

const runOf = (point: string) => point.replaceAll(/[^a-z]+/g, '-');

describe('a function that is killed at a named point, and started again', () => {
  test.each(CRASH_POINTS_OF_FULL_READS)(
    '%s: nothing is missing, nothing double, nothing paid for without need',
    async (point) => {
      const runId = runOf(point);
      let unusable: string[] = [];
      await diesAt(point, async () => {
        await publishRun(on, runId);
        await drained(on);
        unusable = await publishUnusable(on);
        await drained(on);
      });
      await listsAreWhole(on, runId);
      allAreTold(told.of(runId), Object.keys(PAGES), { state: 'complete', mode: 'full', followed: 0 });
      await chainsAreUnbroken(on, runId);
      await paidOnceExcept(on, againAt(point));
      await restIsRecorded(on, runId, unusable, OBSERVED_TWICE.includes(point) ? 2 : 1);
    },
  );

  test.each(OF_CHECKS)(
    '%s, in a check: the next page is asked for once, and who is gone is asked about once',
    async (point) => {
      const runId = runOf(point);
      const toCheck = await readBefore(on, `checked_${OF_CHECKS.indexOf(point)}`);
      await diesAt(point, async () => {
        await dispatchRun(on, runId, [toCheck.parent], { mode: 'check' });
        await drained(on);
      });
      await checkedOnce(on, toCheck, runId);
      await checkIsWhole(on, toCheck, runId);
      allAreTold(told.of(runId), [toCheck.parent], { state: 'checked', noLongerListed: 1, followed: 0 });
    },
  );

  test('every named point was hit', () => {
    expect([...hit].sort()).toEqual([...CRASH_POINTS].sort());
  });
});
