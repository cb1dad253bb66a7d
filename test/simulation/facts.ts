import type { Fault, Faults } from './faults.ts';

/**
 * What has always been so of a thing, and stays so when faults stop: a parent that X never answers about, say. It is
 * found out the first time that somebody looks.
 */
export class Facts {
  readonly #faults: Faults;
  readonly #known = new Map<string, unknown>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Null: the fault is not of this thing. `what`: decided once. */
  of<T>(name: string, fault: Fault, what: () => T, times = 1): T | null {
    const key = `${fault}/${name}`;
    if (!this.#known.has(key)) this.#known.set(key, this.#faults.strikes(fault, times) ? what() : null);
    return this.#known.get(key) as T | null;
  }

  /** Whether a fault has turned out to be of anything. */
  hasAny(...faults: Fault[]): boolean {
    return [...this.#known].some(
      ([key, what]) => what !== null && faults.some((fault) => key.startsWith(`${fault}/`)),
    );
  }
}
