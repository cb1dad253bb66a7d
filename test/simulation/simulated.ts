import { storyOf } from './print.ts';
import type { ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import type { Simulation } from './simulation.ts';
import { addReport, emptyTally, type Tally } from './tally.ts';

/**
 * Simulates `worlds` worlds with the faults of each profile, from a seed on that no other test begins with: none is
 * simulated twice. Throws with the events of the first one in which a promise is broken at any step; `atEnd` looks at
 * each when it is over, named by profile and seed. The tally says what happened how often.
 */
export async function simulated(
  firstSeed: number,
  profiles: ProfileName[],
  worlds: number,
  atEnd: (sim: Simulation, name: string) => void = () => undefined,
): Promise<Tally> {
  const tally = emptyTally();
  for (const profile of profiles)
    for (let seed = firstSeed; seed < firstSeed + worlds; seed++) {
      const look = (sim: Simulation) => sim.failure ?? atEnd(sim, `${profile}-${seed}`);
      const report = await simulate({ seed, profile, atEnd: look });
      if (report.failure) throw new Error(storyOf(await simulate({ seed, profile, trace: true }), 80));
      addReport(tally, report);
    }
  return tally;
}

/** How often something happened whose name matches: a fault, a crash, a wait, a result, a state. */
export function timesOf({ faults, reached }: Tally, name: RegExp): number {
  const all = [...Object.entries(faults), ...Object.entries(reached)];
  return all.reduce((sum, [what, times]) => sum + (name.test(what) ? times : 0), 0);
}
