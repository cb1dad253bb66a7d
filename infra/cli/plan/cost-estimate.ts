import type { Config } from '../../../shared/config.ts';
import {
  CHUNK_PARENTS,
  type RequestedParent,
  usableMetadata,
} from '../../../shared/messages/dispatch-request.ts';
import { isCount } from '../../../shared/messages/formats.ts';
import { maxFriendsOf, totalPagesOf } from '../../../shared/plan/pages.ts';
import { costOf, sumUsd } from '../../../shared/x/prices.ts';
import { type CountsUsed, countsUsed } from './counts-used.ts';
import type { KnownAccounts } from './known-accounts.ts';
import { type ConfiguredLimit, waitSeconds } from './rate-limit.ts';

/** What a run would take. Figures are of what is known; `accountsWithUnknownCount` says how much is not. */
export interface Estimate {
  accounts: number;
  accountsWithUnknownCount: number;
  /** Of those the ones that X was never asked for, and that stood in no list. */
  accountsNeverSeen: number;
  /** The counts that the figures rest on. */
  counts: CountsUsed[];
  /** Accounts whose metadata X is asked for before their pages. */
  lookups: number;
  pages: number;
  /** To X: pages, and one call for up to 100 look-ups. */
  calls: number;
  /** What is expected: friends and look-ups times their prices. */
  costUsd: number;
  /** That is the least: no part of it rests on a count that may have fallen, or on an account that may not exist. */
  isFloor: boolean;
  /** Most that can be bought of it before the planner commits more (R21). */
  committedUsd: number;
  /** How long X's limit holds them up; the calls themselves take a moment each. */
  seconds: number;
}

type Prices = Pick<Config, 'PRICE_PER_FRIEND_USD' | 'PRICE_PER_USER_USD'>;

export type History = Pick<KnownAccounts, 'countOf' | 'standingOf'>;

/** `history`: what is known of them; a count of the request goes before it. */
export function estimateOf(
  parents: RequestedParent[],
  history: History,
  options: { pageSize: number; config: Prices & ConfiguredLimit },
): Estimate {
  const { pageSize, config } = options;
  const counts = parents.map((parent) => countOf(parent, history));
  const known = counts.filter((count) => count !== undefined);
  const unseen = parents.filter((parent, at) => !counts[at] && history.standingOf(parent) === 'never seen');
  const lookedUp = parents.map((parent) => usableMetadata(parent) === undefined);
  const lookups = lookedUp.filter(Boolean).length;
  const lookupCalls = chunksWithAny(lookedUp);
  const lists = known.map(({ friendsCount }) => costOfList(friendsCount, pageSize, config));
  const lookupsUsd = costOf(lookups, config.PRICE_PER_USER_USD);
  const pages = lists.reduce((sum, list) => sum + list.pages, 0);
  return {
    accounts: parents.length,
    accountsWithUnknownCount: counts.length - known.length,
    accountsNeverSeen: unseen.length,
    counts: countsUsed(known),
    lookups,
    pages,
    calls: pages + lookupCalls,
    costUsd: sumUsd([...lists.map((list) => list.costUsd), lookupsUsd]),
    isFloor: known.length === 0 && parents.every((parent) => history.standingOf(parent) === 'there'),
    committedUsd: sumUsd([...lists.map((list) => list.committedUsd), lookupsUsd]),
    // Pages and look-ups have a window each.
    seconds: Math.max(waitSeconds(pages, config), waitSeconds(lookupCalls, config)),
  };
}

const countOf = (parent: RequestedParent, history: History) =>
  isCount(parent.friendsCount)
    ? { friendsCount: parent.friendsCount, from: 'request' as const }
    : history.countOf(parent);

/** The pages of a list of so many friends, what it is expected to cost, and what its plan commits: it may have grown. */
export function costOfList(
  friendsCount: number,
  pageSize: number,
  { PRICE_PER_FRIEND_USD: price }: Pick<Prices, 'PRICE_PER_FRIEND_USD'>,
): { pages: number; costUsd: number; committedUsd: number } {
  const pages = totalPagesOf(friendsCount, pageSize);
  const most = maxFriendsOf(friendsCount, pages, pageSize);
  return { pages, costUsd: costOf(friendsCount, price), committedUsd: costOf(most, price) };
}

/** The planner looks up together what stands in one chunk. */
function chunksWithAny(lookedUp: boolean[]): number {
  let chunks = 0;
  for (let from = 0; from < lookedUp.length; from += CHUNK_PARENTS)
    if (lookedUp.slice(from, from + CHUNK_PARENTS).includes(true)) chunks++;
  return chunks;
}
