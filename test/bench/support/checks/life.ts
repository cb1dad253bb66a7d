import { SimulatedList } from '../../../shared/check/support/simulated-list.ts';
import type { Random } from '../../../simulation/random.ts';
import { HABITS, type Profile } from './profile.ts';

const HOURS_A_YEAR = 365 * 24;
const HOURS_A_MONTH = 30 * 24;

export interface Happened {
  kind: 'followed' | 'unfollowed';
  id: string;
  hour: number;
}

/** A list that lives hour by hour, and the record of what happened to it. */
export class Life {
  readonly list: SimulatedList;
  readonly happened: Happened[] = [];
  readonly #random: Random;
  readonly #profile: Profile;
  readonly #returns: { hour: number; id: string; atOldPlace: boolean; from: string }[] = [];
  /** X's count at the end of each hour. */
  readonly #counts: number[] = [];

  constructor(friends: number, profile: Profile, random: Random) {
    this.list = new SimulatedList(friends);
    this.#profile = profile;
    this.#random = random;
  }

  live(hour: number): void {
    const { list } = this;
    const friends = list.count();
    const random = this.#random;
    for (const due of this.#returns.splice(0)) {
      if (due.hour > hour) this.#returns.push(due);
      else if (list.stateOf(due.id) === due.from) this.#comeBack(due, hour);
    }
    this.#burst((this.#profile.followed * friends) / HOURS_A_MONTH, () => this.#follow(hour));
    this.#burst((this.#profile.unfollowed * friends) / HOURS_A_MONTH, () =>
      this.#unfollow(this.#somebody(), hour),
    );
    this.#now((HABITS.suspended * friends) / HOURS_A_YEAR, () => this.#vanish('suspended', hour));
    this.#now((HABITS.deactivated * friends) / HOURS_A_YEAR, () => this.#vanish('deactivated', hour));
    this.#now(HABITS.purges / HOURS_A_YEAR, () => {
      const share = HABITS.leastPurge + random.next() * (HABITS.mostPurge - HABITS.leastPurge);
      for (let n = Math.round(share * friends); n > 0; n--) this.#unfollow(this.#anybody(), hour);
    });
    this.#counts[hour] = list.count();
  }

  /** What a look-up at the end of that hour says. */
  countAt(hour: number): number {
    const lag = this.#random.chance(HABITS.lagging) ? this.#random.between(1, HABITS.lagHours) : 0;
    return this.#counts[Math.max(0, hour - lag)] ?? this.list.count();
  }

  #follow(hour: number): void {
    this.happened.push({ kind: 'followed', id: this.list.follow(), hour });
  }

  #unfollow(id: string | undefined, hour: number): void {
    if (id === undefined) return;
    this.list.unfollow(id);
    this.happened.push({ kind: 'unfollowed', id, hour });
    const atOldPlace = this.#random.chance(HABITS.atOldPlace);
    if (this.#random.chance(HABITS.followedAgain))
      this.#returnAfter(HABITS.followedAgainDays, { id, atOldPlace, from: 'unfollowed' }, hour);
  }

  #vanish(how: 'suspended' | 'deactivated', hour: number): void {
    const id = this.#anybody();
    if (id === undefined) return;
    if (how === 'suspended') this.list.suspend(id);
    else this.list.deactivate(id);
    const [chance, days] =
      how === 'suspended'
        ? [HABITS.suspendedReturn, HABITS.suspendedDays]
        : [HABITS.deactivatedReturn, HABITS.deactivatedDays];
    if (this.#random.chance(chance)) this.#returnAfter(days, { id, atOldPlace: true, from: how }, hour);
  }

  #returnAfter(meanDays: number, who: { id: string; atOldPlace: boolean; from: string }, hour: number): void {
    this.#returns.push({ ...who, hour: hour + 1 + Math.round(this.#exponential(meanDays * 24)) });
  }

  #comeBack({ id, atOldPlace, from }: { id: string; atOldPlace: boolean; from: string }, hour: number): void {
    if (atOldPlace) this.list.restore(id);
    else this.list.follow(id);
    if (from === 'unfollowed') this.happened.push({ kind: 'followed', id, hour });
  }

  #somebody(): string | undefined {
    if (!this.#random.chance(HABITS.recentShare)) return this.#anybody();
    const listed = this.list.listed();
    return listed[Math.floor(this.#exponential(HABITS.recentDepth * listed.length))];
  }

  #anybody(): string | undefined {
    const listed = this.list.listed();
    return listed[this.#random.between(0, listed.length - 1)];
  }

  /** `mean` of an hour, in bursts. */
  #burst(mean: number, happens: () => void): void {
    this.#now(mean / HABITS.burst, () => {
      do happens();
      while (!this.#random.chance(1 / HABITS.burst));
    });
  }

  #now(probability: number, happens: () => void): void {
    if (this.#random.chance(probability)) happens();
  }

  #exponential(mean: number): number {
    return -Math.log(1 - this.#random.next()) * mean;
  }
}
