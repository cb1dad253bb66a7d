import { storyOf } from '../../simulation/print.ts';
import type { ProfileName } from '../../simulation/profiles.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { addReport, emptyTally, type Tally } from '../../simulation/tally.ts';

/** Apart from those of test/simulation, which look for anything; these have to come across one thing. */
const FIRST_SEED = 70_000;

/**
 * Simulates `seeds` worlds with the faults of each profile. Throws with the events of the first one in which a promise
 * is broken at any step; `atEnd` looks at each world when it is over. The tally says what happened how often.
 */
export async function simulated(
  profiles: ProfileName[],
  seeds: number,
  atEnd: (sim: Simulation, seed: number) => void = () => undefined,
): Promise<Tally> {
  const tally = emptyTally();
  for (const profile of profiles)
    for (let number = 0; number < seeds; number++) {
      const seed = FIRST_SEED + number;
      const report = await simulate({ seed, profile, atEnd: (sim) => sim.failure ?? atEnd(sim, seed) });
      if (report.failure) throw new Error(storyOf(await simulate({ seed, profile, trace: true }), 80));
      addReport(tally, report);
    }
  return tally;
}

/** How often something happened whose name matches: a fault, a crash, a wait, a result, a state. */
export function timesOf({ faults, reached }: Tally, name: RegExp): number {
  return [...Object.entries(faults), ...Object.entries(reached)].reduce(
    (sum, [what, times]) => sum + (name.test(what) ? times : 0),
    0,
  );
}
