import { beforeEach } from 'vitest';
import { DEVIATIONS } from '../deviations.ts';

/** To be called at the top of a test file: what is known of the emulator that the variable names is left out, and said. */
export function withoutDeviations(variable: 'PUBSUB_EMULATOR_HOST'): void {
  beforeEach(({ task, skip }) => {
    const known = process.env[variable] && DEVIATIONS.find(({ test }) => test === task.name);
    if (known) skip(`${known.emulator} ${known.does}`);
  });
}
