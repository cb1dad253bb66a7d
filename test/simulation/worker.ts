import { parentPort, workerData } from 'node:worker_threads';
import type { ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import { addReport, emptyTally } from './tally.ts';

/** What one worker does: every `step`th seed of a range. */
export interface Share {
  from: number;
  to: number;
  step: number;
  profile: ProfileName;
  /** Stop at the first that breaks a promise. */
  bail: boolean;
}

const { from, to, step, profile, bail } = workerData as Share;
const tally = emptyTally();
for (let seed = from; seed < to && !(bail && tally.failures.length > 0); seed += step)
  addReport(tally, await simulate({ seed, profile }));
parentPort?.postMessage(tally);
