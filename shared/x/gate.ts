import type { Clock } from '../clock.ts';
import { RetryLater } from '../errors.ts';
import type { Log } from '../log.ts';
import { Allowance, type Closure, isWait } from './allowance.ts';
import { CALLS_PER_WINDOW, WINDOW_MS } from './limits.ts';
import { TurnQueue } from './turn-queue.ts';
import type { Endpoint, Exchange, Wait } from './types.ts';

/** R19: stands before one endpoint of X: who may call it, and when. Shared by the handlers of an instance. */
export interface Gate {
  /** Throws RetryLater at once while the gate is closed: waiting must cost nothing. */
  assertOpen(): void;
  /**
   * Waits its turn, first come, first served. `deadlineMs` (ms since 1970) is the last moment at which a turn is
   * still of use; RetryLater as soon as it is clear that none comes by then.
   */
  acquire(deadlineMs: number): Promise<Permit>;
  /** Why it is closed, and until when; null: it is open. */
  closure(): Closure | null;
}

/** Leave to make one call. It must be settled exactly once, also when the call broke. */
export interface Permit {
  settle(exchange: Exchange<unknown>): void;
}

export interface GateOptions {
  endpoint: Endpoint;
  clock: Clock;
  windowMs?: number;
  /** Calls per window, until X names the limit in its headers. */
  assumedLimit?: number;
  log?: Pick<Log, 'info' | 'warn'>;
}

/** A call that broke without an exchange: X may have counted it. */
const BROKEN: Exchange<unknown> = {
  answer: {
    kind: 'wait',
    cause: 'x-unreachable',
    detail: 'the call broke',
    closeUntilMs: null,
    alert: false,
  },
  rate: null,
};

export function createGate(options: GateOptions): Gate {
  const { endpoint, clock, windowMs = WINDOW_MS, assumedLimit = CALLS_PER_WINDOW, log } = options;
  const allowance = new Allowance({ clock, windowMs, assumedLimit, clockIsOff });
  const queue = new TurnQueue({ clock, turnMs: (place) => allowance.turnMs(place), take, tooLate });

  function take(): Permit {
    const call = allowance.call();
    return {
      settle(exchange) {
        const wasOpen = allowance.closed() === null;
        allowance.settle(call, exchange);
        const closure = allowance.closed();
        if (wasOpen && closure) log?.info({ endpoint, ...logged(closure) }, 'gate closed');
        queue.serve();
      },
    };
  }

  function tooLate(turnMs: number | null): RetryLater {
    const closure = allowance.closed();
    if (closure) return closedError(closure);
    return new RetryLater(`no turn to call X (${endpoint}) before the deadline`, {
      endpoint,
      cause: 'paced',
      ...(turnMs !== null && { untilMs: turnMs }),
    });
  }

  function closedError({ cause, untilMs }: Closure): RetryLater {
    return new RetryLater(`the gate to X (${endpoint}) is closed`, { endpoint, cause, untilMs });
  }

  function clockIsOff(resetMs: number): void {
    const times = { reset: new Date(resetMs).toISOString(), now: new Date(clock.now()).toISOString() };
    log?.warn(
      { endpoint, ...times },
      'X names a reset that cannot be: the clock of this machine, or the configured length of a window, is off',
    );
  }

  return {
    assertOpen() {
      const closure = allowance.closed();
      if (closure) throw closedError(closure);
    },
    acquire: (deadlineMs) => queue.wait(deadlineMs),
    closure: () => allowance.closed(),
  };
}

function logged({ cause, untilMs }: Closure) {
  return { cause, until: new Date(untilMs).toISOString() };
}

/**
 * Makes one call to X through its gate, and returns what X says. Throws RetryLater where the gate is closed, and where
 * no turn comes by `deadlineMs` (ms since 1970).
 */
export async function askX<A>(
  gate: Gate,
  deadlineMs: number,
  call: () => Promise<Exchange<A>>,
): Promise<A | Wait> {
  gate.assertOpen();
  const permit = await gate.acquire(deadlineMs);
  let exchange: Exchange<A>;
  try {
    exchange = await call();
  } catch (error) {
    permit.settle(BROKEN);
    throw error;
  }
  permit.settle(exchange);
  return exchange.answer;
}

/** The same, where nothing but an answer is of use: throws RetryLater too where X says wait. */
export async function callX<A>(
  gate: Gate,
  deadlineMs: number,
  call: () => Promise<Exchange<A>>,
): Promise<Exclude<A, Wait>> {
  const answer = await askX(gate, deadlineMs, call);
  if (isWait(answer)) throw waitsFor(gate, answer);
  return answer as Exclude<A, Wait>;
}

/** What a message does that X tells to wait; an alert is in its log line. */
export function waitsFor(gate: Gate, { detail, cause, alert, closeUntilMs }: Wait): RetryLater {
  const untilMs = gate.closure()?.untilMs ?? closeUntilMs;
  return new RetryLater(`X: ${detail}`, { cause, alert, ...(untilMs !== null && { untilMs }) });
}
