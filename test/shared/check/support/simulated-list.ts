/**
 * Whom one account follows, as X is believed to keep it: newest follow first; a suspended or deactivated friend keeps
 * its place and is left out of what is shown; the count goes on counting suspended friends and drops deactivated
 * ones. The truth that checks are measured against.
 */
export type FriendState = 'listed' | 'suspended' | 'deactivated' | 'unfollowed';

interface Friend {
  id: string;
  /** The higher, the later followed. */
  key: number;
  state: FriendState;
}

export interface ListPage {
  ids: string[];
  /** Null: the list is over. */
  next: number | null;
}

export class SimulatedList {
  /** In the order of their keys, newest first. */
  #order: Friend[] = [];
  readonly #friends = new Map<string, Friend>();
  /** Shown elsewhere than they belong, by id. */
  readonly #misplaced = new Map<string, number>();
  #lastKey = 0;
  #made = 0;
  #count = 0;

  constructor(friends: number) {
    for (let n = 0; n < friends; n++) this.follow();
  }

  /** Somebody who was never followed before, or, with an id, that one at the top. */
  follow(id = `f${++this.#made}`): string {
    this.#drop(id);
    this.#count++;
    const friend: Friend = { id, key: ++this.#lastKey, state: 'listed' };
    this.#order.unshift(friend);
    this.#friends.set(id, friend);
    return id;
  }

  /** It keeps its old place in mind: some come back there. */
  unfollow(id: string): void {
    this.#set(id, 'unfollowed');
  }

  suspend(id: string): void {
    this.#set(id, 'suspended');
  }

  deactivate(id: string): void {
    this.#set(id, 'deactivated');
  }

  /** Listed again at its old place: unsuspended, reactivated, or followed anew where X keeps the old edge. */
  restore(id: string): void {
    this.#set(id, 'listed');
  }

  /** X shows that friend at another place, counted from 0, until `show` is called. */
  misplace(id: string, place: number): void {
    const others = this.#slots().filter((friend) => friend.id !== id);
    const [above, below] = [others[place - 1], others[place]];
    const low = below ? this.#keyOf(below) : 0;
    this.#misplaced.set(id, ((above ? this.#keyOf(above) : this.#lastKey + 1) + low) / 2);
    this.#sort();
  }

  showAllInPlace(): void {
    this.#misplaced.clear();
    this.#sort();
  }

  stateOf(id: string): FriendState | undefined {
    return this.#friends.get(id)?.state;
  }

  isListed(id: string): boolean {
    return this.stateOf(id) === 'listed';
  }

  /** Ids in the order in which X shows them. */
  listed(): string[] {
    return this.#order.filter(({ state }) => state === 'listed').map(({ id }) => id);
  }

  /** Were followed once, and are not shown. */
  absent(): string[] {
    return this.#order.filter(({ state }) => state !== 'listed').map(({ id }) => id);
  }

  /** Without any lag. */
  count(): number {
    return this.#count;
  }

  /** Cut first, and filtered afterwards: pages may be short, or empty. `after`: a page's `next`. */
  page(after: number | null, size: number): ListPage {
    const from = after === null ? 0 : this.#order.findIndex((friend) => this.#keyOf(friend) < after);
    const ids: string[] = [];
    let [taken, last] = [0, 0];
    for (let at = from; at >= 0 && at < this.#order.length; at++) {
      const friend = this.#order[at];
      if (!friend || friend.state === 'unfollowed') continue;
      if (taken === size) return { ids, next: last };
      taken++;
      last = this.#keyOf(friend);
      if (friend.state === 'listed') ids.push(friend.id);
    }
    return { ids, next: null };
  }

  #slots(): Friend[] {
    return this.#order.filter(({ state }) => state !== 'unfollowed');
  }

  #keyOf(friend: Friend): number {
    return this.#misplaced.get(friend.id) ?? friend.key;
  }

  #sort(): void {
    this.#order.sort((a, b) => this.#keyOf(b) - this.#keyOf(a));
  }

  #set(id: string, state: FriendState): void {
    const friend = this.#friends.get(id);
    if (!friend) throw new Error(`${id} was never followed`);
    this.#count += Number(isCounted(state)) - Number(isCounted(friend.state));
    friend.state = state;
  }

  #drop(id: string): void {
    const friend = this.#friends.get(id);
    if (!friend) return;
    this.#set(id, 'unfollowed');
    this.#order.splice(this.#order.indexOf(friend), 1);
    this.#misplaced.delete(id);
  }
}

const isCounted = (state: FriendState): boolean => state === 'listed' || state === 'suspended';
