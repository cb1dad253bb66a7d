import type { Instance } from './instance.ts';
import type { Surroundings } from './surroundings.ts';
import { never } from './virtual-time.ts';

/** Longer than anybody waits for an answer. */
export const NEVER_MS = 120_000;

/**
 * One call outside: after a while `act` takes effect, and after another the caller hears of it, if it still lives.
 * What has been sent takes effect also where the sender has died since.
 */
export function overNetwork<T>(
  sim: Surroundings,
  instance: Instance,
  act: () => T,
  answerMs?: number,
): Promise<T> {
  if (!instance.alive) return never();
  const { time, random, faults } = sim;
  const thereMs = random.magnitude(2, 3000);
  const backMs = answerMs ?? (random.chance(0.3) ? random.magnitude(1, 2000) : 0);
  if (faults.strikes('crash in between'))
    time.after(random.between(0, thereMs + Math.min(backMs, thereMs)), () => sim.crash(instance));
  return new Promise((resolve, reject) => {
    const hear = (tell: () => void) => {
      const told = () => instance.whenAwake(time, tell);
      if (backMs === 0) told();
      else time.after(backMs, told);
    };
    time.after(thereMs, () => {
      try {
        const value = act();
        hear(() => resolve(value));
      } catch (error) {
        hear(() => reject(error));
      }
    });
  });
}
