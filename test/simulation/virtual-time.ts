import type { Clock } from '../../shared/clock.ts';

export interface Timer {
  readonly atMs: number;
  run: (() => void) | null;
}

/** Time that moves from event to event; what an event has started runs until it waits before the next one comes. */
export class VirtualTime {
  #nowMs: number;
  readonly #timers = new Timers();

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Runs `run` at `atMs` (at the earliest now); events of one moment in the order in which they were asked for. */
  at(atMs: number, run: () => void): Timer {
    return this.#timers.add(Math.max(atMs, this.#nowMs), run);
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.#nowMs + ms, run);
  }

  cancel(timer: Timer): void {
    timer.run = null;
  }

  /** How many events are to come. */
  get pending(): number {
    return this.#timers.pending;
  }

  /** When the next event is due; null: there is none. */
  nextMs(): number | null {
    return this.#timers.next?.atMs ?? null;
  }

  /** Runs the next event and everything that it sets going. */
  async step(): Promise<void> {
    const next = this.#timers.take();
    if (!next) return;
    this.#nowMs = next.atMs;
    next.run?.();
    await quiet();
  }
}

type Placed = Timer & { readonly place: number };

/** A heap: most timers are cancelled, and wait for their time long after that. */
class Timers {
  readonly #heap: Placed[] = [];
  #places = 0;

  add(atMs: number, run: () => void): Timer {
    const timer = { atMs, run, place: this.#places++ };
    let index = this.#heap.length;
    for (
      let above = (index - 1) >> 1;
      index > 0 && isBefore(timer, this.#heap[above]);
      above = (index - 1) >> 1
    ) {
      this.#heap[index] = this.#heap[above] as Placed;
      index = above;
    }
    this.#heap[index] = timer;
    return timer;
  }

  /** That are not cancelled. */
  get pending(): number {
    return this.#heap.filter(({ run }) => run !== null).length;
  }

  get next(): Timer | undefined {
    while (this.#heap[0]?.run === null) this.#pop();
    return this.#heap[0];
  }

  take(): Timer | undefined {
    const next = this.next;
    if (next) this.#pop();
    return next;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    let index = 0;
    for (
      let child = this.#earlierBelow(index);
      isBefore(this.#heap[child], last);
      child = this.#earlierBelow(index)
    ) {
      this.#heap[index] = this.#heap[child] as Placed;
      index = child;
    }
    this.#heap[index] = last;
  }

  #earlierBelow(index: number): number {
    const left = 2 * index + 1;
    return isBefore(this.#heap[left + 1], this.#heap[left]) ? left + 1 : left;
  }
}

function isBefore(a: Placed | undefined, b: Placed | undefined): boolean {
  if (!a || !b) return false;
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.place < b.place);
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
