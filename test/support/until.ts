import { systemClock } from '../../shared/clock.ts';

const LOOK_EVERY_MS = 200;

/**
 * Waits until `look` returns something, and returns it; fails with `what` when that takes longer than `limitMs`, which is
 * as long as a test may take, or nearly: a machine may be ten times as slow as ours.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  limitMs = 200_000,
): Promise<T> {
  const endMs = systemClock.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (systemClock.now() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await systemClock.sleep(LOOK_EVERY_MS);
  }
}
