/** What is done to single accounts of the world on demand. Each throws RangeError before any change. */
import { countedFriends } from './friends-list.ts';
import { personOf } from './people.ts';
import { type Account, accountOf, type World } from './world.ts';

/** `account` and `friend` are a username or an id; the day is the present one unless told. */
export type StatusOrder = { account: string; status: Account['status']; day?: number };
export type Misplacement = { account: string; friend: string; place: number; day?: number; days?: number };

const STATUSES: Account['status'][] = ['active', 'protected', 'suspended', 'deleted', 'deactivated'];

export function changeStatuses(world: World, orders: StatusOrder[]): number {
  const changes = orders.map(({ account, status, day = world.day }) => {
    if (!STATUSES.includes(status)) throw new RangeError(`${status} is not one of ${STATUSES.join(', ')}`);
    return { id: named(world, account, day).id, status, day: whole(day) };
  });
  world.statuses = [...(world.statuses ?? []), ...changes].sort((a, b) => a.day - b.day);
  return changes.length;
}

export function misplace(world: World, orders: Misplacement[]): number {
  const misplaced = orders.map(({ account, friend, place, day = world.day, days = 1 }) => {
    const parent = named(world, account, whole(day));
    const { id } = named(world, friend, day);
    if (!countedFriends(world, parent, day).includes(personOf(id)))
      throw new RangeError(`${account} does not follow ${friend} on day ${day}`);
    return { account: parent.id, friend: id, place: whole(place), day, days: whole(days) };
  });
  world.misplaced = [...(world.misplaced ?? []), ...misplaced];
  return misplaced.length;
}

function named(world: World, name: string, day: number): Account {
  const account = accountOf(world, 'username', name, day) ?? accountOf(world, 'id', name, day);
  if (!account) throw new RangeError(`there is no account ${name}`);
  return account;
}

export const whole = (value: unknown): number => {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`${value} is not a whole number from 0`);
};
