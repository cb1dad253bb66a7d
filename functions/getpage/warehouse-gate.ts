import type { Clock } from '../../shared/clock.ts';
import { RetryLater } from '../../shared/errors.ts';

/** Closed while pages cannot be stored: no page is bought that would be lost. */
export interface WarehouseGate {
  /** Throws RetryLater while closed. */
  assertOpen(): void;
  /**
   * Throws RetryLater where a page may not be bought: after failures only one at a time as a probe, and none while
   * `held` bought pages wait to be stored, since storing those is the probe that costs nothing.
   */
  assertMayBuy(held: number): void;
  failed(): void;
  stored(): void;
}

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;

export function createWarehouseGate(clock: Clock): WarehouseGate {
  let pauseMs = 0;
  let closedUntilMs = 0;
  let isProbing = false;
  const later = () =>
    new RetryLater('pages cannot be stored at the moment', { gate: 'warehouse', untilMs: closedUntilMs });
  return {
    assertOpen() {
      if (pauseMs > 0 && clock.now() < closedUntilMs) throw later();
    },
    assertMayBuy(held) {
      if (pauseMs === 0) return;
      if (held > 0 || clock.now() < closedUntilMs) throw later();
      closedUntilMs = clock.now() + pauseMs;
      isProbing = true;
    },
    failed() {
      // Of 40 pages that fail side by side the first closes the gate: the others say nothing new.
      if (pauseMs > 0 && clock.now() < closedUntilMs && !isProbing) return;
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
