/** The place before the first id. */
const HEAD = 0;

/** Distinct ids in an order that changes at the top while it is long: each change costs the same, however long. */
export class LinkedIds {
  readonly #ids: string[] = [''];
  readonly #places = new Map<string, number>();
  readonly #next: number[] = [HEAD];
  readonly #previous: number[] = [HEAD];
  readonly #removed = new Set<string>();

  constructor(ids: Iterable<string>) {
    for (const id of ids) if (!this.has(id)) this.#link(this.#previous[HEAD] ?? HEAD, this.#placeOf(id));
  }

  has(id: string): boolean {
    return this.#places.has(id) && !this.#removed.has(id);
  }

  /** Puts it there, wherever it stood; `before` null: at the top. */
  insertAfter(before: string | null, id: string): void {
    this.remove(id);
    const place = this.#placeOf(id);
    this.#removed.delete(id);
    this.#link(before === null ? HEAD : (this.#places.get(before) ?? HEAD), place);
  }

  remove(id: string): void {
    const place = this.#places.get(id);
    if (place === undefined || this.#removed.has(id)) return;
    const [previous, next] = [this.#previous[place] ?? HEAD, this.#next[place] ?? HEAD];
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#removed.add(id);
  }

  /** From the top to that id, which is there. */
  downTo(id: string): string[] {
    return this.#walk(this.#places.get(id));
  }

  ids(): string[] {
    return this.#walk(undefined);
  }

  /** Were there once, and are not. */
  removed(): ReadonlySet<string> {
    return this.#removed;
  }

  #walk(last: number | undefined): string[] {
    const ids: string[] = [];
    let place = HEAD;
    do {
      place = this.#next[place] ?? HEAD;
      if (place !== HEAD) ids.push(this.#ids[place] ?? '');
    } while (place !== HEAD && place !== last);
    return ids;
  }

  #placeOf(id: string): number {
    const place = this.#places.get(id) ?? this.#ids.push(id) - 1;
    this.#places.set(id, place);
    return place;
  }

  #link(before: number, place: number): void {
    const after = this.#next[before] ?? HEAD;
    this.#next[before] = place;
    this.#previous[place] = before;
    this.#next[place] = after;
    this.#previous[after] = place;
  }
}
