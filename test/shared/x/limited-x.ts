import type { Clock } from '../../../shared/clock.ts';
import type { Exchange, RateLimit, Wait } from '../../../shared/x/types.ts';

export interface LimitedXOptions {
  clock: Clock;
  limit?: number;
  windowMs?: number;
  /** How long a call takes to reach X, and its answer to come back, in milliseconds. */
  latencyMs?: () => [toX: number, back: number];
  /** Whether an answer has rate-limit headers. */
  hasHeaders?: () => boolean;
  /** 'away': X counts the call and answers 503; 'unreachable': the call never comes so far. */
  fault?: () => 'away' | 'unreachable' | null;
  /** How far X's clock is ahead of ours. */
  aheadMs?: number;
}

interface ServedWindow {
  startMs: number;
  served: number;
  refused: number;
}

/** The rate limit of X: a window begins with the first call after the last one ended. */
export class LimitedX {
  readonly windows: ServedWindow[] = [];
  /** Calls that are on their way to X or back. */
  underWay = 0;
  readonly #options: Required<LimitedXOptions>;

  constructor(options: LimitedXOptions) {
    this.#options = {
      limit: 300,
      windowMs: 900_000,
      latencyMs: () => [0, 0],
      hasHeaders: () => true,
      fault: () => null,
      aheadMs: 0,
      ...options,
    };
  }

  get calls(): number {
    return this.windows.reduce((sum, { served, refused }) => sum + served + refused, 0);
  }

  get refused(): number {
    return this.windows.reduce((sum, { refused }) => sum + refused, 0);
  }

  /** Calls of another program that uses the same app. What it is refused is not our concern. */
  useElsewhere(calls: number): void {
    for (let call = 0; call < calls; call++) {
      const { window, refused } = this.#count();
      if (refused) window.refused--;
    }
  }

  call = async (): Promise<Exchange<{ kind: 'ok' }>> => {
    const { clock, latencyMs, fault } = this.#options;
    const [toX, back] = latencyMs();
    this.underWay++;
    if (toX > 0) await clock.sleep(toX);
    const exchange = this.#answer(fault());
    if (back > 0) await clock.sleep(back);
    this.underWay--;
    return exchange;
  };

  #answer(fault: 'away' | 'unreachable' | null): Exchange<{ kind: 'ok' }> {
    if (fault === 'unreachable') return { answer: waitFor('x-unreachable', null), rate: null };
    const { window, refused } = this.#count();
    const rate = this.#options.hasHeaders() ? this.#rate(window) : null;
    if (refused) return { answer: waitFor('rate-limited', rate?.resetMs ?? this.#windowFromNow()), rate };
    return { answer: fault === 'away' ? waitFor('x-unreachable', null) : { kind: 'ok' }, rate };
  }

  #count(): { window: ServedWindow; refused: boolean } {
    const { clock, limit, windowMs } = this.#options;
    let window = this.windows.at(-1);
    if (!window || clock.now() >= window.startMs + windowMs) {
      window = { startMs: clock.now(), served: 0, refused: 0 };
      this.windows.push(window);
    }
    const refused = window.served >= limit;
    if (refused) window.refused++;
    else window.served++;
    return { window, refused };
  }

  #rate({ startMs, served }: ServedWindow): RateLimit {
    const { limit, windowMs, aheadMs } = this.#options;
    const resetMs = Math.floor((startMs + windowMs + aheadMs) / 1000) * 1000;
    return { limit, remaining: limit - served, resetMs };
  }

  #windowFromNow(): number {
    return this.#options.clock.now() + this.#options.windowMs;
  }
}

export function waitFor(cause: Wait['cause'], closeUntilMs: number | null, alert = false): Wait {
  return { kind: 'wait', cause, detail: cause, closeUntilMs, alert };
}
