import type { Clock } from '../../shared/clock.ts';
import { clockOf, VirtualTime } from '../simulation/virtual-time.ts';

/** A clock that stands still until a test advances it. */
export class DrivenClock implements Clock {
  readonly #time: VirtualTime;
  readonly now: Clock['now'];
  readonly sleep: Clock['sleep'];

  constructor(startMs = Date.UTC(2026, 0, 15, 12)) {
    this.#time = new VirtualTime(startMs);
    ({ now: this.now, sleep: this.sleep } = clockOf(this.#time, 0, { whenAwake: (_, work) => work() }));
  }

  /** How many sleeps are pending. */
  get pending(): number {
    return this.#time.pending;
  }

  /** Moves time on, waking each sleeper at its own moment, and lets what they started run between. */
  async advance(ms: number): Promise<void> {
    const { atMs } = this.#time.after(ms, () => undefined);
    await settle();
    for (let next = this.#time.nextMs(); next !== null && next <= atMs; next = this.#time.nextMs()) {
      await this.#time.step();
      await settle();
    }
  }
}

/** Lets promise continuations run until the microtask queue and one turn of the event loop are through. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
