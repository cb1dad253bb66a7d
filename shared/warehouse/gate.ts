import type { Clock } from '../clock.ts';
import { RetryLater } from '../errors.ts';

/** Closed while pages cannot be stored: no page is bought that would be lost. */
export interface WarehouseGate {
  /** Throws RetryLater while closed. When the time is up, one caller goes through as a probe. */
  assertOpen(): void;
  failed(): void;
  stored(): void;
}

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

export function createWarehouseGate(clock: Clock): WarehouseGate {
  let pauseMs = 0;
  let closedUntilMs = 0;
  let isProbing = false;
  return {
    assertOpen() {
      if (pauseMs === 0) return;
      if (clock.now() < closedUntilMs)
        throw new RetryLater('pages cannot be stored at the moment', {
          gate: 'warehouse',
          untilMs: closedUntilMs,
        });
      closedUntilMs = clock.now() + pauseMs;
      isProbing = true;
    },
    failed() {
      // Of 40 pages that fail side by side the first closes the gate; only a probe that fails prolongs the pause.
      if (pauseMs > 0 && !isProbing) return;
      isProbing = false;
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs === 0 ? FIRST_PAUSE_MS : pauseMs * 2);
      closedUntilMs = clock.now() + pauseMs;
    },
    stored() {
      pauseMs = 0;
      isProbing = false;
    },
  };
}
