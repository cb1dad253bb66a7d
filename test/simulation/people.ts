import { Absences } from './absences.ts';
import type { Faults } from './faults.ts';
import type { Friends } from './friends.ts';
import type { TokenStyle } from './profiles.ts';
import type { Random } from './random.ts';

export type Standing = 'active' | 'protected' | 'suspended' | 'not_found';

export interface Follow {
  /** Counts up with each follow, for ever; between two of them where X shows the friend in another place. */
  ordinal: number;
  id: string;
  sinceMs: number;
}

/** An account, and whom it follows, newest first. */
export interface Person {
  id: string;
  username: string;
  standing: Standing;
  follows: Follow[];
  /** Ids of friends that were there once and are not any more. */
  left: Set<string>;
  readonly absences: Absences;
  /** Friends that X has once shown in another place than theirs. */
  readonly misplaced: Set<string>;
  /** X has shown the list in another order since then. */
  reorderedMs: number;
  /** X shows an empty list until then, whatever it is. */
  emptyUntilMs: number;
  nextOrdinal: number;
  /** What a look-up says besides the length of the list. */
  countOff: number;
  /** What a look-up says until then, whatever the list has become. */
  stale: { count: number; untilMs: number } | null;
}

/** A page of a list before X puts it into words. */
export interface ListPage {
  friends: Follow[];
  nextToken: string | null;
}

export function createPerson(id: string, username: string, friends: number, random: Random): Person {
  const person: Person = {
    id,
    username,
    standing: 'active',
    follows: [],
    left: new Set(),
    absences: new Absences(),
    misplaced: new Set(),
    reorderedMs: Number.POSITIVE_INFINITY,
    emptyUntilMs: 0,
    nextOrdinal: 1,
    countOff: 0,
    stale: null,
  };
  for (let friend = 0; friend < friends; friend++) follow(person, String(5000 + random.between(0, 400)), 0);
  return person;
}

export function follow(person: Person, id: string, nowMs: number): void {
  if (person.follows.some((other) => other.id === id)) return;
  person.follows.unshift({ ordinal: person.nextOrdinal++, id, sinceMs: nowMs });
  person.absences.end(id, nowMs);
}

/** `place`: from 0, the newest first; undefined: there is nobody. Returns who is gone. */
export function unfollow(person: Person, place: number, nowMs: number): string | undefined {
  const [gone] = person.follows.splice(place, 1);
  if (!gone) return undefined;
  person.left.add(gone.id);
  person.absences.unfollowed(gone.id, nowMs);
  return gone.id;
}

/** X shows a friend in another place, though nothing has become of it. Returns what puts it back. */
export function misplace(person: Person, from: number, to: number): () => void {
  const [friend] = person.follows.splice(from, 1);
  if (!friend) return () => undefined;
  const { ordinal } = friend;
  const [above, below] = [person.follows[to - 1]?.ordinal ?? person.nextOrdinal, person.follows[to]?.ordinal];
  friend.ordinal = (above + (below ?? 0)) / 2;
  person.follows.splice(to, 0, friend);
  person.misplaced.add(friend.id);
  return () => {
    friend.ordinal = ordinal;
    inOrder(person);
  };
}

/** X shows the list in another order from now on. */
export function reorder(person: Person, random: Random, nowMs: number): void {
  const ordinals = person.follows.map(({ ordinal }) => ordinal);
  for (const friend of person.follows) {
    const [ordinal] = ordinals.splice(random.between(0, ordinals.length - 1), 1);
    friend.ordinal = ordinal ?? friend.ordinal;
  }
  inOrder(person);
  person.reorderedMs = Math.min(person.reorderedMs, nowMs);
}

const inOrder = ({ follows }: Person): void => void follows.sort((a, b) => b.ordinal - a.ordinal);

/** Somebody new, whom an account may follow: one that is suspended or deactivated it may not. */
export function followNew(person: Person, friends: Friends, random: Random, nowMs: number): void {
  const id = String(9000 + random.between(0, 900));
  if (friends.isListed(id)) follow(person, id, nowMs);
}

interface Around {
  faults: Faults;
  random: Random;
  friends: Friends;
}

/** The list moves, and its owner may lock it, now and then, whenever somebody looks. */
export function disturb(person: Person, { faults, random, friends }: Around, nowMs: number): void {
  if (nowMs < person.emptyUntilMs) return;
  if (faults.strikes('list grew'))
    for (let more = random.between(1, 3); more > 0; more--) followNew(person, friends, random, nowMs);
  if (person.follows.length > 0 && faults.strikes('list shrank'))
    unfollow(person, random.between(0, person.follows.length - 1), nowMs);
  if (person.standing === 'active' && faults.strikes('account closed'))
    person.standing = random.pick(['protected', 'suspended', 'not_found'] as const);
}

/** X's page tokens: where the next page begins, in a form that says nothing to anybody else. */
export class Tokens {
  readonly #style: TokenStyle;
  readonly #askedFor = new Map<string, string | null>();
  readonly #friends: Friends;
  #serial = 0;

  constructor(style: TokenStyle, friends: Friends) {
    this.#style = style;
    this.#friends = friends;
  }

  /** Whether X has issued it. */
  knows(token: string): boolean {
    return this.#askedFor.has(token);
  }

  /**
   * The page of `person` that `token` asks for (null: the first), of up to `size` friends: fewer where some are suspended,
   * whom X leaves out once the page is cut.
   */
  page(person: Person, token: string | null, size: number): ListPage {
    const from = token === null ? 0 : this.#placeOf(person, token);
    const counted = this.#friends.isEmpty(person) ? [] : this.#friends.countedOf(person);
    const friends = counted.slice(from, from + size).filter(({ id }) => this.#friends.isListed(id));
    const isLast = from + size >= counted.length;
    return { friends, nextToken: isLast ? null : this.#issue(person, from + size, token) };
  }

  /** An empty page, and the token of the same place once more. */
  emptyPage(person: Person, token: string | null): ListPage {
    const from = token === null ? 0 : this.#placeOf(person, token);
    return { friends: [], nextToken: this.#issue(person, from, token, 'unique') };
  }

  /** A token that leads back: the one that was asked for, or the one before it; null: there is none. */
  loopOf(token: string | null, random: Random): string | null {
    if (token === null) return null;
    return (random.chance(0.5) ? this.#askedFor.get(token) : undefined) ?? token;
  }

  #placeOf(person: Person, token: string): number {
    const [style, , ...digits] = token.split('.');
    const place = digits.join('.');
    if (style === 'offset') return Number(place);
    // The first friend that follows the anchor in the list, which may itself be gone.
    const counted = this.#friends.countedOf(person);
    const index = counted.findIndex(({ ordinal }) => ordinal < Number(place));
    return index < 0 ? counted.length : index;
  }

  #issue(person: Person, place: number, asked: string | null, style = this.#style): string {
    const anchor = this.#friends.countedOf(person)[place - 1]?.ordinal ?? person.nextOrdinal;
    const where = style === 'offset' ? place : anchor;
    const token = `${style}.${style === 'unique' ? ++this.#serial : person.id}.${where}`;
    if (!this.#askedFor.has(token)) this.#askedFor.set(token, asked);
    return token;
  }
}
