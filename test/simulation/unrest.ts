import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import { usernameOf } from '../shared/x/bodies.ts';
import { follow, followNew, misplace, type Person, reorder, unfollow } from './people.ts';
import type { Simulation } from './simulation.ts';

/** Three that are followed anew in the known order look like a known list with a gap above it. */
const MOST_MOVES = 2;
const RECENT = 5;
const TOP = 19;
const MISPLACED_MS = { least: HOUR_MS, most: 2 * DAY_MS };
const LAG_MS = { least: MINUTE_MS, most: 12 * HOUR_MS };

/** Lists change while nobody looks: what checks are there to find. */
export class Unrest {
  readonly #sim: Simulation;
  readonly #moves = new Map<Person, number>();

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Changes all lists now and then, for so long. */
  begin(forMs: number): void {
    const { random, faults, time, x } = this.#sim;
    for (const person of x.people.values())
      for (let changes = random.between(0, 12); changes > 0; changes--)
        time.after(random.between(1, forMs), () => this.#change(person));
    if (faults.strikes('friend forgotten'))
      for (let more = random.between(1, 3); more > 0; more--)
        time.after(random.between(1, forMs), () => this.#forget());
    if (faults.strikes('order changed'))
      time.after(random.between(1, forMs / 2), () => {
        for (const person of x.people.values()) reorder(person, random, time.now());
      });
  }

  #change(person: Person): void {
    const { random, faults, time, x } = this.#sim;
    const nowMs = time.now();
    // A locked account changes nothing.
    if (x.friends.isEmpty(person)) return;
    if (faults.strikes('friend misplaced')) this.#misplace(person);
    if (random.chance(0.2)) {
      const untilMs = nowMs + random.magnitude(LAG_MS.least, LAG_MS.most);
      person.stale = { count: x.friends.countOf(person, nowMs), untilMs };
      this.#sim.note('count lags');
    }
    const what = random.pick(['follow', 'follow', 'unfollow', 'unfollow', 'hide', 'show', 'move'] as const);
    this.#sim.trace(() => `${person.username}: ${what}`);
    switch (what) {
      case 'follow':
        for (let more = random.between(1, 3); more > 0; more--) followNew(person, x.friends, random, nowMs);
        break;
      case 'unfollow':
        unfollow(person, this.#placeIn(person), nowMs);
        break;
      case 'hide': {
        const friend = person.follows[this.#placeIn(person)];
        if (friend) x.friends.hide(friend.id, random.pick(['suspended', 'not_found'] as const), nowMs);
        break;
      }
      case 'show':
        if (x.friends.hidden.length > 0) x.friends.show(random.pick(x.friends.hidden), nowMs);
        break;
      case 'move':
        this.#move(person, nowMs);
    }
  }

  /** Followed anew: at the head. */
  #move(person: Person, nowMs: number): void {
    const place = this.#placeIn(person);
    const friend = person.follows[place];
    if (!friend || !this.#sim.x.friends.isListed(friend.id) || !this.#mayMove(person)) return;
    unfollow(person, place, nowMs);
    follow(person, friend.id, nowMs);
  }

  /** One of the top is somewhere else, and back a while later. */
  #misplace(person: Person): void {
    const { random, time } = this.#sim;
    const last = person.follows.length - 1;
    if (last < 1 || !this.#mayMove(person)) return;
    const back = misplace(person, random.between(0, Math.min(TOP, last)), random.between(0, last));
    time.after(random.magnitude(MISPLACED_MS.least, MISPLACED_MS.most), back);
  }

  #mayMove(person: Person): boolean {
    const moves = this.#moves.get(person) ?? 0;
    this.#moves.set(person, moves + 1);
    return moves < MOST_MOVES;
  }

  /** The operator is told to forget somebody whom an account follows, by id or by username. */
  #forget(): void {
    const { random, time, tables, x } = this.#sim;
    const { follows } = random.pick([...x.people.values()]);
    if (follows.length === 0) return;
    const { id } = random.pick(follows);
    this.#sim.trace(() => `${id} is to be forgotten`);
    const username = usernameOf(id).toLowerCase();
    const by = random.pick(['id', 'username'] as const);
    tables.forgotten.push({
      ...(by === 'id' ? { id, username: null } : { id: null, username }),
      ...{ accountId: id, sinceMs: time.now() },
    });
  }

  /** Half of those that are unfollowed were followed a short while ago. */
  #placeIn({ follows }: Person): number {
    const { random } = this.#sim;
    const last = Math.max(0, follows.length - 1);
    return random.between(0, random.chance(0.5) ? Math.min(RECENT, last) : last);
  }
}
