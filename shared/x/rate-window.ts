import type { RateLimit } from './types.ts';

/** One window of X's rate limit, as far as this instance knows it. Times by our clock, in ms since 1970. */
export interface RateWindow {
  limit: number;
  /** The fewest calls that X has said are left. Calls that it has not answered yet may be missing in it. */
  said: number;
  /** What was left when the window became known, less our calls that came back since. */
  counted: number;
  endsMs: number;
  /** X, or somebody in its place, answers. Until then one call goes at a time, as a probe. */
  confirmed: boolean;
  /** By X's clock; null: X has named none, and we count by ourselves. */
  resetMs: number | null;
  seenMs: number;
}

/**
 * The smaller of X's count and ours: X's knows of other programs that use the window, ours of answers without
 * headers.
 */
export function leftOf({ said, counted }: RateWindow): number {
  return Math.min(said, counted);
}

export interface WindowOptions {
  windowMs: number;
  /** Calls per window where X names no limit. */
  assumedLimit: number;
  /** Once per episode: X's reset shows that our clock, or the configured length of a window, is off. */
  clockIsOff: (resetMs: number) => void;
}

/** A call that is over. */
export interface SettledCall {
  sentMs: number;
  /** No other call was under way at any time, so what X says of the window is the whole truth. */
  alone: boolean;
  /** False: X was not reached, or was in no state to answer. */
  answered: boolean;
}

/** The header has whole seconds: a window may last up to one longer than it says. */
const ROUNDING_MS = 1000;

/**
 * Learns from each answer which window of X is running and what is left of it. Answers come in any order, from
 * calls that were made side by side; the rate-limit headers may be missing; other programs may use the window.
 * https://docs.x.com/x-api/fundamentals/rate-limits
 */
export class WindowTracker {
  readonly #options: WindowOptions;
  readonly #slackMs: number;
  #window: RateWindow | null = null;
  /** The last window that X named, also after its end: late answers still speak of it. */
  #named: { resetMs: number; seenMs: number } | null = null;
  #clockOff = false;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#slackMs = Math.max(2 * ROUNDING_MS, options.windowMs / 15);
  }

  /** Null: nothing is known, or the window is over. */
  current(now: number): RateWindow | null {
    return this.#window && now < this.#window.endsMs ? this.#window : null;
  }

  /** A window that X has not named yet; it begins with the call that is about to be made. */
  begin(now: number): RateWindow {
    const { assumedLimit: limit, windowMs } = this.#options;
    this.#window = {
      limit,
      said: limit,
      counted: limit,
      endsMs: now + windowMs,
      confirmed: false,
      resetMs: null,
      seenMs: now,
    };
    return this.#window;
  }

  /** After a long pause nothing is known any more. */
  forget(): void {
    this.#window = null;
  }

  /** 'stale': the answer speaks of a window that is over. Without headers we count the call ourselves. */
  learn(rate: RateLimit | null, call: SettledCall, now: number): 'learned' | 'stale' {
    if (rate && this.#isStale(rate, call)) return 'stale';
    if (rate) this.#take(rate, call, now);
    else this.#count(call, now);
    const window = this.current(now);
    if (window && !call.answered) window.confirmed = false;
    else if (window && call.sentMs >= window.seenMs) window.confirmed = true;
    return 'learned';
  }

  /** X refused a call for its rate. `untilMs`: where it named no reset; null: it did, and that has been learned. */
  exhaust(untilMs: number | null, now: number): void {
    const window = this.current(now) ?? (untilMs === null ? null : this.begin(now));
    if (!window) return;
    window.said = 0;
    if (window.resetMs !== null || untilMs === null) return;
    window.endsMs = Math.max(now, Math.min(untilMs, now + this.#options.windowMs));
  }

  #isStale({ resetMs }: RateLimit, { sentMs }: SettledCall): boolean {
    if (!this.#named || resetMs >= this.#named.resetMs + this.#options.windowMs / 2) return false;
    const begunSince = this.#window?.resetMs === null && sentMs < this.#window.seenMs;
    return begunSince || !this.#isNamed(resetMs);
  }

  /** X never names the resets of two windows closer than a window's length; by how it rounds they may differ. */
  #isNamed(resetMs: number): boolean {
    return this.#named !== null && Math.abs(resetMs - this.#named.resetMs) < this.#options.windowMs / 2;
  }

  #take(rate: RateLimit, call: SettledCall, now: number): void {
    const window = this.#window;
    if (window && window.resetMs !== null && !call.alone && this.#isNamed(rate.resetMs)) {
      window.said = Math.min(window.said, rate.remaining);
      window.counted -= 1;
    } else this.#adopt(rate, call, now);
  }

  #count({ answered }: SettledCall, now: number): void {
    // A call that outlasted its window may have been the first of the next one.
    const window = this.current(now) ?? this.begin(now);
    // An X that is away must not look like a limit that is used up: one call is kept for the next probe.
    if (answered || leftOf(window) > 1) window.counted -= 1;
    // X's window begins at the latest with the first call that it answers.
    if (window.resetMs === null && !window.confirmed) window.endsMs = now + this.#options.windowMs;
  }

  #adopt(rate: RateLimit, { sentMs, alone }: SettledCall, now: number): void {
    const { windowMs } = this.#options;
    const own = this.current(now);
    // Calls that came back without headers, while this one was under way, may be missing in what it says.
    const counts = !alone && own?.resetMs === null;
    const seenBefore = this.#isNamed(rate.resetMs) ? (this.#named?.seenMs ?? now) : now;
    const seenMs = now < seenBefore + windowMs ? seenBefore : now;
    this.#judgeClock(rate.resetMs, sentMs, seenMs);
    this.#named = { resetMs: rate.resetMs, seenMs };
    this.#window = {
      limit: rate.limit,
      said: rate.remaining,
      counted: counts ? Math.min(rate.remaining, own.counted - 1) : rate.remaining,
      // No window is longer than windowMs: where the named reset cannot be true, that is the most it can be.
      endsMs: this.#clockOff ? seenMs + windowMs : rate.resetMs + ROUNDING_MS,
      confirmed: true,
      resetMs: rate.resetMs,
      seenMs,
    };
  }

  #judgeClock(resetMs: number, sentMs: number, seenMs: number): void {
    const fresh = seenMs + this.#options.windowMs;
    const hadPassed = resetMs + ROUNDING_MS <= sentMs;
    if (hadPassed || resetMs > fresh + this.#slackMs) {
      if (!this.#clockOff) this.#options.clockIsOff(resetMs);
      this.#clockOff = true;
    } else if (Math.abs(resetMs - fresh) <= this.#slackMs) this.#clockOff = false;
  }
}
