import { SimulatedList } from './simulated-list.ts';

/** A list, and what was ever true of it; moments count what has happened. */
export class Truth {
  readonly list: SimulatedList;
  readonly #changes = new Map<string, { moment: number; isListed: boolean }[]>();
  readonly #counts: number[];

  constructor(friends: number) {
    this.list = new SimulatedList(friends);
    for (const id of this.list.listed()) this.#changes.set(id, [{ moment: 0, isListed: true }]);
    this.#counts = [this.list.count()];
  }

  get moment(): number {
    return this.#counts.length - 1;
  }

  /** To be told of each change, in time. */
  changed(id: string): void {
    this.#counts.push(this.list.count());
    const change = { moment: this.moment, isListed: this.list.isListed(id) };
    this.#changes.set(id, [...(this.#changes.get(id) ?? []), change]);
  }

  /** X's count as many changes ago. */
  countBefore(changes: number): number {
    return this.#counts[Math.max(0, this.moment - changes)] ?? 0;
  }

  /** Whether that friend was listed, or was not, at some moment since then. */
  wasSince(moment: number, id: string, isListed: boolean): boolean {
    const changes = this.#changes.get(id) ?? [];
    const before = changes.findLast((change) => change.moment <= moment)?.isListed ?? false;
    return (
      before === isListed || changes.some((change) => change.moment > moment && change.isListed === isListed)
    );
  }
}
