/** Whom an account follows on a day, newest follow first: a pure function of world, account and day. */
import { firstDay, identity, mix, nthPerson, statusOf } from './people.ts';
import { type Account, accountOf, type World } from './world.ts';

/** Exactly what paging through `following` must yield on that day; empty where X lists nothing. */
export function friendsOf(world: World, parentId: string, day: number) {
  const parent = accountOf(world, 'id', parentId, day);
  const people = parent ? listedFriends(world, parent, day) : [];
  return people.map((person) => identity(world.seed, person, day));
}

/** The same as numbers of people. Nothing is kept: 100,000 friends take some milliseconds. */
export function listedFriends(
  { seed }: World,
  { key, status, friends, churn }: Account,
  day: number,
): number[] {
  if (status !== 'active') return [];
  if (day === 0) return Array.from({ length: friends }, (_, place) => nthPerson(key, friends - 1 - place));
  const freshBy1000 = friends * churn.fresh; // whole numbers, so that the day of a follow is exact
  const byDay: number[][] = Array.from({ length: day + 1 }, () => []);
  for (let n = friends + Math.floor((freshBy1000 * day) / 1000) - 1; n >= 0; n--) {
    const since = n < friends ? 0 : Math.ceil(((n - friends + 1) * 1000) / freshBy1000);
    const person = nthPerson(key, n);
    const lost = ['suspended', 'deleted'].includes(statusOf(seed, person, day));
    if (!lost) byDay[followedOn(since, mix(key, n), churn, day)]?.push(person);
  }
  return byDay.reverse().flat();
}

/** The day of the follow that stands on `day`, or -1. Of those unfollowed, some are followed again 1 to 3 days later. */
function followedOn(since: number, hash: number, { gone, back }: Account['churn'], day: number): number {
  const left = since + firstDay(hash, gone);
  const again = left + 1 + (mix(hash, 1) % 3);
  if (day < left) return since;
  return mix(hash, 2) % 1000 < back && day >= again ? again : -1;
}

/** `following_count`: it goes on counting where nothing is listed, as X does for protected accounts. */
export const followingCount = (world: World, account: Account, day: number): number =>
  account.saysCount ??
  (account.status === 'active' ? listedFriends(world, account, day).length : account.friends);
