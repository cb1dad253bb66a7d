import { createPerson, type Follow, type Person } from './people.ts';
import { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Hidden = 'suspended' | 'not_found';

/** Ids of accounts that somebody may follow. */
const IDS = { least: 5000, most: 9900 };

/**
 * Accounts that are followed, and those of them that are not on lists for a while: suspended, whom X goes on counting, or
 * deactivated. Where they come back they stand at their old place.
 */
export class Friends {
  readonly #people: ReadonlyMap<string, Person>;
  readonly #hidden = new Map<string, Hidden>();
  readonly #time: VirtualTime;

  constructor(people: ReadonlyMap<string, Person>, time: VirtualTime) {
    this.#people = people;
    this.#time = time;
  }

  hide(id: string, how: Hidden, nowMs: number): void {
    const wasHidden = this.#hidden.has(id);
    this.#hidden.set(id, how);
    for (const person of this.#followersOf(id)) {
      person.left.add(id);
      // Who is suspended takes a place, and none once deactivated: the list shrinks again.
      if (wasHidden) person.absences.end(id, nowMs);
      person.absences.begin(id, nowMs);
    }
  }

  show(id: string, nowMs: number): void {
    this.#hidden.delete(id);
    for (const person of this.#followersOf(id)) if (!this.isEmpty(person)) person.absences.end(id, nowMs);
  }

  /** X says for a while that so many are on the list; `isEmpty`: and shows nobody, as of an account just unlocked. */
  collapse(person: Person, count: number, untilMs: number, isEmpty: boolean): void {
    const nowMs = this.#time.now();
    person.stale = { count, untilMs };
    if (!isEmpty || this.isEmpty(person)) return;
    person.emptyUntilMs = untilMs;
    for (const { id } of person.follows) person.absences.begin(id, nowMs);
    this.#time.at(untilMs, () => {
      for (const { id } of person.follows) if (this.isListed(id)) person.absences.end(id, untilMs);
    });
  }

  isEmpty = ({ emptyUntilMs }: Person): boolean => this.#time.now() < emptyUntilMs;

  get hidden(): string[] {
    return [...this.#hidden.keys()];
  }

  isListed = (id: string): boolean => !this.#hidden.has(id);

  /** Whom X counts and cuts pages of. */
  countedOf({ follows }: Person): Follow[] {
    return follows.filter(({ id }) => this.#hidden.get(id) !== 'not_found');
  }

  /** What a look-up says of the length of a list. */
  countOf(person: Person, nowMs: number): number {
    if (person.stale && nowMs < person.stale.untilMs) return person.stale.count;
    return Math.max(0, this.countedOf(person).length + person.countOff);
  }

  /** The account of a friend, as a look-up finds it; undefined: nobody could follow that one. */
  account(id: string): Person | undefined {
    if (!(Number(id) >= IDS.least && Number(id) <= IDS.most)) return undefined;
    const friend = createPerson(id, `Friend${id}`, 0, new Random(0));
    return { ...friend, standing: this.#hidden.get(id) ?? 'active' };
  }

  #followersOf(id: string): Person[] {
    return [...this.#people.values()].filter(({ follows }) => follows.some((follow) => follow.id === id));
  }
}
