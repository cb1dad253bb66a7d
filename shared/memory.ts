import type { Clock } from './clock.ts';

/** What an instance keeps in mind: the newest `most` values, each for `forMs` milliseconds. */
export class Memory<T> {
  readonly #options: { clock: Clock; forMs: number; most: number };
  readonly #kept = new Map<string, { value: T; untilMs: number }>();

  constructor(options: { clock: Clock; forMs: number; most: number }) {
    this.#options = options;
  }

  get size(): number {
    return this.#kept.size;
  }

  keep(key: string, value: T): void {
    const { clock, forMs, most } = this.#options;
    this.#kept.delete(key);
    this.#kept.set(key, { value, untilMs: clock.now() + forMs });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= most) break;
      this.#kept.delete(oldest);
    }
  }

  get(key: string): T | undefined {
    const entry = this.#kept.get(key);
    return entry && this.#options.clock.now() <= entry.untilMs ? entry.value : undefined;
  }

  values(): T[] {
    return this.entries().map(([, value]) => value);
  }

  entries(): [string, T][] {
    return [...this.#kept.keys()].flatMap((key): [string, T][] => {
      const value = this.get(key);
      return value === undefined ? [] : [[key, value]];
    });
  }

  drop(key: string): void {
    this.#kept.delete(key);
  }
}
