import type { Config } from '../../../shared/config.ts';
import { counted } from '../terminal/figures.ts';

/** How many calls X is expected to allow in how long, per endpoint; its answers say what it does allow. */
export type ConfiguredLimit = Pick<Config, 'X_CALLS_PER_WINDOW' | 'X_WINDOW_SECONDS'>;

/**
 * How long the gate holds up `calls` to one endpoint, from a fresh window on: the first half of each window goes
 * freely, the rest evenly until it ends (shared/x/pace.ts).
 */
export function waitSeconds(
  calls: number,
  { X_CALLS_PER_WINDOW, X_WINDOW_SECONDS }: ConfiguredLimit,
): number {
  if (calls <= 0) return 0;
  const fullWindows = Math.floor((calls - 1) / X_CALLS_PER_WINDOW);
  const free = Math.floor(X_CALLS_PER_WINDOW / 2);
  const paced = Math.max(0, calls - fullWindows * X_CALLS_PER_WINDOW - free);
  return Math.round(
    fullWindows * X_WINDOW_SECONDS + (paced / (X_CALLS_PER_WINDOW - free)) * X_WINDOW_SECONDS,
  );
}

/** "300 calls per 15 min". */
export const limitText = ({ X_CALLS_PER_WINDOW, X_WINDOW_SECONDS }: ConfiguredLimit): string =>
  `${counted(X_CALLS_PER_WINDOW, 'call')} per ${X_WINDOW_SECONDS % 60 === 0 ? `${X_WINDOW_SECONDS / 60} min` : `${X_WINDOW_SECONDS} s`}`;
