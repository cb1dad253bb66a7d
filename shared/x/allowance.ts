import type { Clock } from '../clock.ts';
import { Pace } from './pace.ts';
import { leftOf, type RateWindow, WindowTracker } from './rate-window.ts';
import type { Exchange, Wait, WaitCause } from './types.ts';

/** Why no call may be made, and until when (ms since 1970 by our clock). */
export interface Closure {
  cause: WaitCause;
  untilMs: number;
}

export interface CallUnderWay {
  readonly sentMs: number;
  alone: boolean;
}

/** What X allows on one endpoint: its window, less the calls under way, and the closures that it has imposed. */
export class Allowance {
  readonly #clock: Clock;
  readonly #windows: WindowTracker;
  readonly #pace: Pace;
  readonly #underWay = new Set<CallUnderWay>();
  #closure: Closure | null = null;

  constructor(options: {
    clock: Clock;
    windowMs: number;
    assumedLimit: number;
    clockIsOff: (resetMs: number) => void;
  }) {
    this.#clock = options.clock;
    this.#windows = new WindowTracker(options);
    this.#pace = new Pace(options.windowMs);
  }

  /** Null: open. */
  closed(): Closure | null {
    const now = this.#clock.now();
    if (this.#closure && now < this.#closure.untilMs) return this.#closure;
    const window = this.#windows.current(now);
    return window && leftOf(window) <= 0 ? { cause: 'rate-limited', untilMs: window.endsMs } : null;
  }

  /** When the call at `place` in the queue may go; null: the answer to a call under way decides. */
  turnMs(place: number): number | null {
    const closure = this.closed();
    if (closure) return closure.untilMs;
    const now = this.#clock.now();
    const window = this.#windows.current(now);
    if (!window?.confirmed) return place === 0 && this.#mayProbe(window) ? now : null;
    if (place >= leftOf(window)) return window.endsMs;
    const available = this.#available(window);
    return place < available ? this.#pace.turnMs(place, window, available, now) : null;
  }

  /** A call goes now. */
  call(): CallUnderWay {
    const now = this.#clock.now();
    const call = { sentMs: now, alone: this.#underWay.size === 0 };
    for (const other of this.#underWay) other.alone = false;
    this.#underWay.add(call);
    const window = this.#windows.current(now) ?? this.#windows.begin(now);
    this.#pace.called(window, this.#available(window), now);
    return call;
  }

  /** The call is over. Throws where that has been said before: a reservation counted twice would buy too much. */
  settle(call: CallUnderWay, { answer, rate }: Exchange<unknown>): void {
    if (!this.#underWay.delete(call)) throw new Error('a permit was settled twice');
    const now = this.#clock.now();
    const wait = isWait(answer) ? answer : null;
    const answered = wait?.cause !== 'x-unreachable';
    const about = this.#windows.learn(rate, { ...call, answered }, now);
    if (!wait || wait.closeUntilMs === null) return;
    if (wait.cause !== 'rate-limited') this.#close(wait.cause, wait.closeUntilMs);
    else if (about === 'learned') this.#windows.exhaust(rate ? null : wait.closeUntilMs, now);
  }

  /** Every call under way may still be counted by X: it is reserved. */
  #available(window: RateWindow): number {
    return leftOf(window) - this.#underWay.size;
  }

  /** Afterwards nothing is known of the window: one call goes first and finds out. */
  #close(cause: WaitCause, untilMs: number): void {
    this.#windows.forget();
    if (!this.#closure || this.#closure.untilMs < untilMs) this.#closure = { cause, untilMs };
  }

  /** One call finds out what the window holds; those left over from the window before do not hinder it. */
  #mayProbe(window: RateWindow | null): boolean {
    return window === null || [...this.#underWay].every(({ sentMs }) => sentMs < window.seenMs);
  }
}

export function isWait(answer: unknown): answer is Wait {
  return typeof answer === 'object' && answer !== null && 'kind' in answer && answer.kind === 'wait';
}
