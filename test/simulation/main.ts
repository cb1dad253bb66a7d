/**
 * `npm run simulate`: the real handlers in simulated worlds.
 *   -- --seeds N [--from F]  N of them from seed F on, on all cores; exit code 1 where a promise is broken
 *   -- --seed N              one, with a line per event
 *   --bail                   no more once one of them breaks a promise
 *   --workers N              on so many threads instead of one per core
 *   --profile P              which faults there are (profiles.ts); without it, other ones with each seed
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { storyOf, summaryOf } from './print.ts';
import { PROFILE_NAMES, type ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';
import type { Share } from './worker.ts';

interface Wanted {
  seed: number | null;
  from: number;
  seeds: number;
  profile: ProfileName;
  bail: boolean;
  workers: number;
}

/** Throws with one sentence where the command line is wrong. */
function wanted(): Wanted {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1000' },
      from: { type: 'string', default: '0' },
      profile: { type: 'string', default: 'swarm' },
      bail: { type: 'boolean', default: false },
      workers: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const whole = (name: 'seed' | 'seeds' | 'from' | 'workers'): number => {
    if (!/^\d{1,9}$/.test(values[name] ?? '')) throw new Error(`--${name} takes a whole number.`);
    return Number(values[name]);
  };
  const profile = PROFILE_NAMES.find((name) => name === values.profile);
  if (!profile) throw new Error(`--profile is one of ${PROFILE_NAMES.join(', ')}.`);
  const seed = values.seed === undefined ? null : whole('seed');
  const [seeds, workers] = [Math.max(1, whole('seeds')), Math.max(1, whole('workers'))];
  return { seed, from: whole('from'), seeds, profile, bail: values.bail, workers };
}

function inWorker(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: share });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

async function many({ from, seeds, profile, bail, workers }: Wanted): Promise<boolean> {
  const startMs = performance.now();
  const step = Math.min(workers, seeds);
  const shares = Array.from({ length: step }, (_, index) => ({
    from: from + index,
    to: from + seeds,
    step,
    profile,
    bail,
  }));
  const tally = emptyTally();
  for (const part of await Promise.all(shares.map(inWorker))) addTally(tally, part);
  const [first] = tally.failures;
  if (first) console.log(storyOf(await simulate({ ...first, trace: true }), 100));
  console.log(summaryOf(tally, (performance.now() - startMs) / 1000));
  return first === undefined;
}

async function one(seed: number, profile: ProfileName): Promise<boolean> {
  const report = await simulate({ seed, profile, trace: true });
  console.log(storyOf(report));
  return report.failure === null;
}

try {
  const what = wanted();
  const held = what.seed === null ? await many(what) : await one(what.seed, what.profile);
  process.exitCode = held ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}
