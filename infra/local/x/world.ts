/**
 * A deterministic world: every account is a function of (seed, id, day). Accounts are declared, or are
 * `parent_N_F` (number N, F friends on day 0), or are people whom those follow.
 */
import { identity, type Losses, mix, mixText, PEOPLE, statusOf } from './people.ts';
import { type StatusChange, withStatus } from './standing.ts';

export interface Account {
  id: string;
  username: string;
  name: string;
  status: 'active' | 'protected' | 'suspended' | 'deleted' | 'deactivated';
  /** Listed on day 0. */
  friends: number;
  /** `following_count` on every day; without it, as many as are listed. */
  saysCount?: number;
  /** The page of this number comes empty, with a token to go on. */
  emptyPageAt?: number;
  /**
   * Of 1,000: unfollowed a day, newly followed a day; of those unfollowed, ever followed again; of those followed
   * again, standing where they stood before (0) and not at the head.
   */
  churn: { gone: number; fresh: number; back: number; inOldPlace?: number };
  /** What is peculiar to the account, as a number. */
  key: number;
  /** By field of X: what is shown in place of what would be; null: the field is left out. */
  shows?: Record<string, unknown>;
}
export type DeclaredAccount = Partial<Account> & Pick<Account, 'username' | 'friends'>;
/** Plain data, which the simulator's file holds. Whoever changes it puts new arrays in place of old ones. */
export interface World {
  seed: number;
  day: number;
  accounts: Account[];
  /** By order, those of earlier days first. */
  statuses?: StatusChange[];
  /** Whom X takes away and gives back by itself; without it for good, and who is suspended is not counted either. */
  losses?: Losses | undefined;
  misplaced?: Misplaced[];
}
/** Account and friend by id: for `days` from `day` on, the friend stands at `place` of the list, 0 being the head. */
export interface Misplaced {
  account: string;
  friend: string;
  place: number;
  day: number;
  days: number;
}
export type By = 'id' | 'username';
const MOST_FRIENDS = PEOPLE / 4;

/** Adds accounts; one of the same username or id gives way. Throws RangeError before any change. */
export function declare(world: World, declared: DeclaredAccount[]): World {
  const added = declared.map((account) => complete(world.seed, account));
  // Accounts of the first years have longer names, by which X cannot be asked.
  for (const { username, id, friends } of added)
    if (!/^\w{1,20}$/.test(username) || !/^\d{1,19}$/.test(id) || !(friends >= 0 && friends <= MOST_FRIENDS))
      throw new RangeError(`${username}: bad username, id or number of friends (0..${MOST_FRIENDS})`);
  const names = ({ id, username }: Account) => [id, username.toLowerCase()];
  const taken = new Set(added.flatMap(names));
  const stay = world.accounts.filter((account) => !names(account).some((name) => taken.has(name)));
  return Object.assign(world, { accounts: [...stay, ...added] });
}

export function accountOf(world: World, by: By, value: string, day = world.day): Account | undefined {
  const isIt = (account: Account) => account[by].toLowerCase() === value.toLowerCase();
  const pattern = by === 'id' ? /^1[24][08](\d{8})(\d{8})$/ : /^[a-z]+_?(\d{1,8})(?:_(\d{1,8}))?$/i;
  const [number = PEOPLE, friends = 0] = pattern.exec(value)?.slice(1).map(Number) ?? [];
  const candidates = [parent(world, number, friends), person(world, number % PEOPLE, day)];
  const isPossible = ({ username, friends }: Account) => username.length <= 15 && friends <= MOST_FRIENDS;
  const account = world.accounts.find(isIt) ?? candidates.filter(isPossible).find(isIt);
  return account && withStatus(world, account, day);
}

export function person({ seed, losses }: World, number: number, day: number): Account {
  const key = mix(mix(seed, number), 3);
  const friends = 5 + (key % 14) ** 2;
  const status = statusOf(seed, number, day, losses);
  return complete(seed, { ...identity(seed, number, day), key, status, friends, saysCount: friends });
}

/** A person as lists show it: as declared, where an account is declared under that person's id. */
export function shownPerson(world: World, number: number, day = world.day): Account {
  const { id } = identity(world.seed, number, day);
  const account = world.accounts.find((account) => account.id === id) ?? person(world, number, day);
  return withStatus(world, account, day);
}

function parent({ seed }: World, number: number, friends: number): Account {
  const id = `120${`${number}`.padStart(8, '0')}${`${friends}`.padStart(8, '0')}`;
  return complete(seed, { id, username: `parent_${number}_${friends}`, friends });
}

function complete(seed: number, account: DeclaredAccount): Account {
  const { id = `110${`${mixText(seed, account.username.toLowerCase())}`.padStart(16, '0')}` } = account;
  const { key = mixText(seed, id), status = 'active', name = account.username } = account;
  return { churn: { gone: 12, fresh: 10, back: 250 }, ...account, id, key, status, name };
}
