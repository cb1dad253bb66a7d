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
}

const { from, to, step, profile } = workerData as Share;
const tally = emptyTally();
for (let seed = from; seed < to; seed += step) addReport(tally, await simulate({ seed, profile }));
parentPort?.postMessage(tally);
