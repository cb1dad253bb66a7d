/** Whom an account follows on a day, newest follow first: a pure function of world, account and day. */
import { firstDay, mix, nthPerson, personOf } from './people.ts';
import { standingOn } from './standing.ts';
import { type Account, accountOf, shownPerson, type World } from './world.ts';

/** Exactly what paging through `following` must yield on that day; empty where X lists nothing. */
export function friendsOn(world: World, parentId: string, day: number) {
  const parent = accountOf(world, 'id', parentId, day);
  const people = parent ? countedFriends(world, parent, day) : new Uint32Array();
  return Array.from(listedAmong(world, people, day), (number) => {
    const { id, username, name } = shownPerson(world, number, day);
    return { id, username, name };
  });
}

let lastLong: { name: string; list: Uint32Array } = { name: '', list: new Uint32Array() };

/**
 * Those who are counted, as numbers of people: pages are cut from these, and only then are the suspended ones left out.
 * Of the long lists the last one is kept: 100,000 friends take some 20 ms.
 */
export function countedFriends(world: World, account: Account, day: number): Uint32Array {
  if (account.status !== 'active') return new Uint32Array();
  if (account.friends < 10_000) return computeList(world, account, day);
  const { seed, statuses, losses, misplaced } = world;
  const name = JSON.stringify([seed, day, account, statuses, losses, misplaced]);
  if (lastLong.name !== name) lastLong = { name, list: computeList(world, account, day) };
  return lastLong.list;
}

/** Those whom X shows. */
export function listedAmong(world: World, people: Uint32Array, day: number): Uint32Array {
  const standing = standingOn(world, day);
  return people.filter((person) => standing(person) === 'listed');
}

function computeList(world: World, account: Account, day: number): Uint32Array {
  const standing = standingOn(world, day);
  const counted = followedBy(account, day).filter((person) => standing(person) !== 'uncounted');
  for (const { account: of, friend, place, day: from, days } of world.misplaced ?? []) {
    const at = of === account.id && day >= from && day < from + days ? counted.indexOf(personOf(friend)) : -1;
    if (at >= 0) counted.splice(place, 0, ...counted.splice(at, 1));
  }
  return new Uint32Array(counted);
}

function followedBy({ key, friends, churn }: Account, day: number): number[] {
  const freshBy1000 = friends * churn.fresh; // whole numbers, so that the day of a follow is exact
  const byDay: number[][] = Array.from({ length: day + 1 }, () => []);
  for (let n = friends + Math.floor((freshBy1000 * day) / 1000) - 1; n >= 0; n--) {
    const since = n < friends ? 0 : Math.ceil(((n - friends + 1) * 1000) / freshBy1000);
    byDay[followedOn(since, mix(key, n), churn, day)]?.push(nthPerson(key, n));
  }
  return ([] as number[]).concat(...byDay.reverse());
}

/** The day of the follow that stands on `day`, or -1. Of those unfollowed, some are followed again 1 to 3 days later. */
function followedOn(since: number, hash: number, churn: Account['churn'], day: number): number {
  const { gone, back, inOldPlace = 0 } = churn;
  const left = since + firstDay(hash, gone);
  if (day < left) return since;
  const again = left + 1 + (mix(hash, 1) % 3);
  if (mix(hash, 2) % 1000 >= back || day < again) return -1;
  return mix(hash, 3) % 1000 < inOldPlace ? since : again;
}

/** `following_count`: it goes on counting where nothing is listed, as X does for protected accounts. */
export const followingCount = (world: World, who: Account, day: number): number =>
  who.saysCount ?? (who.status === 'active' ? countedFriends(world, who, day).length : who.friends);
