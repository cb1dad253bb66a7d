import type { Clock } from '../../shared/clock.ts';

export interface Timer {
  readonly atMs: number;
  run: (() => void) | null;
}

/** Time that moves from event to event; what an event has started runs until it waits before the next one comes. */
export class VirtualTime {
  #nowMs: number;
  /** The next one last. */
  readonly #timers: Timer[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Runs `run` at `atMs` (at the earliest now); events of one moment in the order in which they were asked for. */
  at(atMs: number, run: () => void): Timer {
    const timer = { atMs: Math.max(atMs, this.#nowMs), run };
    let [from, to] = [0, this.#timers.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#timers[middle]?.atMs ?? 0) > timer.atMs) from = middle + 1;
      else to = middle;
    }
    this.#timers.splice(from, 0, timer);
    return timer;
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.#nowMs + ms, run);
  }

  cancel(timer: Timer): void {
    timer.run = null;
  }

  /** How many events are to come. */
  get pending(): number {
    return this.#timers.filter(({ run }) => run !== null).length;
  }

  /** When the next event is due; null: there is none. */
  nextMs(): number | null {
    while (this.#timers.at(-1)?.run === null) this.#timers.pop();
    return this.#timers.at(-1)?.atMs ?? null;
  }

  /** Runs the next event and everything that it sets going. */
  async step(): Promise<void> {
    if (this.nextMs() === null) return;
    const next = this.#timers.pop();
    this.#nowMs = next?.atMs ?? this.#nowMs;
    next?.run?.();
    await quiet();
  }
}

/**
 * Resolves when no promise has anything left to do: Node runs a tick's callback only once the queue of
 * microtasks is empty (https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick).
 */
export function quiet(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** What nobody waits for any more. */
export function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

/** A machine: `whenAwake` runs the work when it is not standing still, and never where it is gone. */
interface Machine {
  whenAwake(time: VirtualTime, work: () => void): void;
}

/** The clock of one machine: `skewMs` off, and nobody is woken where the machine is gone. */
export function clockOf(time: VirtualTime, skewMs: number, machine: Machine): Clock {
  return {
    now: () => time.now() + skewMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = time.after(ms, () => machine.whenAwake(time, resolve));
        signal?.addEventListener('abort', () => {
          time.cancel(timer);
          reject(signal.reason);
        });
      }),
  };
}
