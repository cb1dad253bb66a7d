import type { RateWindow } from './rate-window.ts';

/**
 * R19: the first half of a window's calls goes freely, the rest evenly until its reset: a small run is quick, a large
 * backlog is steady. It aims a little ahead of the reset: what a window still has when it ends is lost.
 */
export class Pace {
  readonly #aheadMs: number;
  #nextMs = 0;

  constructor(windowMs: number) {
    this.#aheadMs = 2000 + windowMs / 100;
  }

  /** When the call at `place` (0: the next one) may go, with `available` calls to be made in the window. */
  turnMs(place: number, window: RateWindow, available: number, now: number): number {
    const free = available - half(window);
    if (place < free) return now;
    const from = Math.max(now, this.#nextMs);
    const paced = Math.max(1, Math.min(available, half(window)));
    return from + Math.floor((place - Math.max(0, free)) * (this.#leftOf(window, from) / paced));
  }

  /** A call goes now; `available` are left after it. */
  called(window: RateWindow, available: number, now: number): void {
    const isFree = available > half(window);
    this.#nextMs = isFree ? 0 : now + Math.floor(this.#leftOf(window, now) / (available + 1));
  }

  #leftOf(window: RateWindow, now: number): number {
    return Math.max(0, window.endsMs - this.#aheadMs - now);
  }
}

function half({ limit }: RateWindow): number {
  return Math.floor(limit / 2);
}
