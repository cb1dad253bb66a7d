import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CRASH_POINTS_OF_FULL_READS, type Service } from '../simulation/crash-points.ts';
import { startTestStack, type TestStack } from '../support/stack.ts';
import { againAt, timeOf } from './support/again.ts';
import { ARMED_FILE, arm, armedIn } from './support/armed.ts';
import { chainsAreUnbroken, listsAreWhole, paidOnceExcept, restIsRecorded } from './support/stores.ts';
import { type Supervisor, supervise } from './support/supervisor.ts';
import { drained, populate, publishRun, publishUnusable } from './support/world.ts';

const SOURCE = join(import.meta.dirname, 'support', 'functions.ts');
/** The observation is stored, its plan is not: the parent is looked up and recorded once more. */
const OBSERVED_TWICE = ['pagedispatch/after metadata.append', 'pagedispatch/before dispatches.insert'];

let dir: string;
let armed: string;
let on: TestStack;
let supervisor: Supervisor;
const hit = new Set<string>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dodo-crash-'));
  armed = join(dir, 'armed.json');
  const settings = { [ARMED_FILE]: armed, X_CALLS_PER_WINDOW: '100000' };
  on = await startTestStack({ dir, settings, functionSource: SOURCE });
  supervisor = supervise(on, SOURCE);
  await populate(on);
});
afterAll(async () => {
  await supervisor?.stop();
  await on?.stop();
  await rm(dir, { recursive: true, force: true });
});

describe('a function that is killed at a named point, and started again', () => {
  test.each(CRASH_POINTS_OF_FULL_READS)(
    '%s: nothing is missing, nothing double, nothing paid for without need',
    async (point) => {
      const service = point.split('/')[0] as Service;
      const runId = point.replaceAll(/[^a-z]+/g, '-');
      const deaths = supervisor.deaths(service);
      await on.sim('reset-calls', {});
      arm(armed, { point, time: timeOf(point) });

      await publishRun(on, runId);
      await drained(on);
      const unusable = await publishUnusable(on);
      await drained(on);

      expect(armedIn(armed), 'the point was never hit').toBeUndefined();
      hit.add(point);
      expect(supervisor.deaths(service) - deaths).toBe(1);
      await listsAreWhole(on, runId);
      await chainsAreUnbroken(on, runId);
      await paidOnceExcept(on, againAt(point));
      await restIsRecorded(on, runId, unusable, OBSERVED_TWICE.includes(point) ? 2 : 1);
    },
  );

  test('every named point was hit', () => {
    expect([...hit].sort()).toEqual([...CRASH_POINTS_OF_FULL_READS].sort());
  });
});
