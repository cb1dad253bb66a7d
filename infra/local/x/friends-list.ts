/** Whom an account follows on a day, newest follow first: a pure function of world, account and day. */
import { firstDay, lostOn, mix, nthPerson } from './people.ts';
import { type Account, accountOf, shownPerson, type World } from './world.ts';

/** Exactly what paging through `following` must yield on that day; empty where X lists nothing. */
export function friendsOn(world: World, parentId: string, day: number) {
  const parent = accountOf(world, 'id', parentId, day);
  const people = parent ? listedFriends(world, parent, day) : [];
  return Array.from(people, (number) => {
    const { id, username, name } = shownPerson(world, number, day);
    return { id, username, name };
  });
}

let lastLong: { name: string; list: Uint32Array } = { name: '', list: new Uint32Array() };

/** The same as numbers of people. Of the long lists the last one is kept: 100,000 friends take some 20 ms. */
export function listedFriends({ seed }: World, account: Account, day: number): Uint32Array {
  if (account.status !== 'active') return new Uint32Array();
  if (account.friends < 10_000) return computeList(seed, account, day);
  const name = JSON.stringify([seed, day, account]);
  if (lastLong.name !== name) lastLong = { name, list: computeList(seed, account, day) };
  return lastLong.list;
}

function computeList(seed: number, { key, friends, churn }: Account, day: number): Uint32Array {
  if (day === 0) return new Uint32Array(friends).map((_, place) => nthPerson(key, friends - 1 - place));
  const freshBy1000 = friends * churn.fresh; // whole numbers, so that the day of a follow is exact
  const byDay: number[][] = Array.from({ length: day + 1 }, () => []);
  for (let n = friends + Math.floor((freshBy1000 * day) / 1000) - 1; n >= 0; n--) {
    const since = n < friends ? 0 : Math.ceil(((n - friends + 1) * 1000) / freshBy1000);
    const person = nthPerson(key, n);
    if (day < lostOn(seed, person)) byDay[followedOn(since, mix(key, n), churn, day)]?.push(person);
  }
  return new Uint32Array(([] as number[]).concat(...byDay.reverse()));
}

/** The day of the follow that stands on `day`, or -1. Of those unfollowed, some are followed again 1 to 3 days later. */
function followedOn(since: number, hash: number, { gone, back }: Account['churn'], day: number): number {
  const left = since + firstDay(hash, gone);
  if (day < left) return since;
  const again = left + 1 + (mix(hash, 1) % 3);
  return mix(hash, 2) % 1000 < back && day >= again ? again : -1;
}

/** `following_count`: it goes on counting where nothing is listed, as X does for protected accounts. */
export const followingCount = (world: World, who: Account, day: number): number =>
  who.saysCount ?? (who.status === 'active' ? listedFriends(world, who, day).length : who.friends);
