import { HOUR_MS, MINUTE_MS } from '../../shared/times.ts';
import { follow, followNew, type Person, unfollow } from './people.ts';
import type { Simulation } from './simulation.ts';

/** Three that are followed anew in the known order look like a known list with a gap above it. */
const MOST_MOVES = 2;
const RECENT = 5;
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
    const { random, time, x } = this.#sim;
    for (const person of x.people.values())
      for (let changes = random.between(0, 12); changes > 0; changes--)
        time.after(random.between(1, forMs), () => this.#change(person));
  }

  #change(person: Person): void {
    const { random, time, x } = this.#sim;
    const nowMs = time.now();
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
    const moves = this.#moves.get(person) ?? 0;
    const place = this.#placeIn(person);
    const friend = person.follows[place];
    if (moves >= MOST_MOVES || !friend || !this.#sim.x.friends.isListed(friend.id)) return;
    this.#moves.set(person, moves + 1);
    unfollow(person, place, nowMs);
    follow(person, friend.id, nowMs);
  }

  /** Half of those that are unfollowed were followed a short while ago. */
  #placeIn({ follows }: Person): number {
    const { random } = this.#sim;
    const last = Math.max(0, follows.length - 1);
    return random.between(0, random.chance(0.5) ? Math.min(RECENT, last) : last);
  }
}
