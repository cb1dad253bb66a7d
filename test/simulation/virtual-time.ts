import type { Clock } from '../../shared/clock.ts';

export interface Timer {
  readonly atMs: number;
  readonly order: number;
  run: (() => void) | null;
}

/** Time that moves from event to event; what an event has started runs until it waits before the next one comes. */
export class VirtualTime {
  #nowMs: number;
  #heap: Timer[] = [];
  #order = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Runs `run` at `atMs` (at the earliest now); events of one moment in the order in which they were asked for. */
  at(atMs: number, run: () => void): Timer {
    const timer = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return timer;
  }

  after(ms: number, run: () => void): Timer {
    return this.at(this.#nowMs + ms, run);
  }

  cancel(timer: Timer): void {
    timer.run = null;
  }

  /** When the next event is due; null: there is none. */
  nextMs(): number | null {
    while (this.#heap[0]?.run === null) this.#pop();
    return this.#heap[0]?.atMs ?? null;
  }

  /** Runs the next event and everything that it sets going. */
  async step(): Promise<void> {
    if (this.nextMs() === null) return;
    const { atMs, run } = this.#pop();
    this.#nowMs = atMs;
    run?.();
    await quiet();
  }

  #pop(): Timer {
    const [first] = this.#heap;
    const last = this.#heap.pop();
    if (!first || !last) throw new Error('no event is due');
    if (first !== last) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfEarlier(child, parent)) return;
      child = parent;
    }
  }

  #sink(from: number): void {
    for (let parent = from; ; ) {
      const [left, right] = [2 * parent + 1, 2 * parent + 2];
      const child = this.#isEarlier(right, left) ? right : left;
      if (!this.#swapIfEarlier(child, parent)) return;
      parent = child;
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (!one || !other) return false;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [lower, upper] = [this.#heap[child], this.#heap[parent]];
    if (!lower || !upper || !this.#isEarlier(child, parent)) return false;
    this.#heap[parent] = lower;
    this.#heap[child] = upper;
    return true;
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

/** The clock of one machine: `skewMs` off, and nobody is woken where the machine is gone. */
export function clockOf(time: VirtualTime, skewMs: number, machine: { alive: boolean }): Clock {
  return {
    now: () => time.now() + skewMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const timer = time.after(ms, () => machine.alive && resolve());
        signal?.addEventListener('abort', () => {
          time.cancel(timer);
          reject(signal.reason);
        });
      }),
  };
}
