import { systemClock } from '../../shared/clock.ts';

/** A look can take the machine as long as what is waited for: the longer that takes, the rarer. */
const [LEAST_MS, SHARE_OF_WAIT] = [200, 1 / 8];

/**
 * Waits until `look` returns something, and returns it; fails with `what` when that takes longer than `limitMs`, which is
 * as long as a test may take, or nearly: a machine may be ten times as slow as ours.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false>,
  limitMs = 200_000,
): Promise<T> {
  const startMs = systemClock.now();
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    const waitedMs = systemClock.now() - startMs;
    if (waitedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await systemClock.sleep(Math.max(LEAST_MS, waitedMs * SHARE_OF_WAIT));
  }
}
