import { dispatchIdOf } from '../../../shared/ids.ts';
import type { Exchange, LookupAnswer, PageAnswer } from '../../../shared/x/types.ts';

/**
 * X for two parents. `a` has two pages, as planned; but whoever fetches its first page a second time finds that the
 * list has become shorter and ends there. `b` is said to have one page and has two; looked up again, two.
 */
export const RUN = { runId: 'run', dispatchedAt: '2026-01-15T12:00:00.000Z' };
export const PARENTS = ['a', 'b'] as const;
export type Parent = (typeof PARENTS)[number];
const ID = { a: '1', b: '2' } as const;
const PAGES = 2;

const NAMED = { a: { username: 'a', id: ID.a, friendsCount: 4 }, b: 'b' };

export const requestFor = (parents: readonly Parent[]) => ({
  ...RUN,
  job: { name: 'job' },
  parents: parents.map((parent) => NAMED[parent]),
  chunk: { index: 0, of: 1 },
});

export const DISPATCH: Record<Parent, string> = { a: dispatchIdOf('run', 'a'), b: dispatchIdOf('run', 'b') };

export function parentOf(dispatchId: string): Parent {
  return dispatchId === DISPATCH.a ? 'a' : 'b';
}

/** A token names the fetch that it came from, so that no two copies of a page lead to the same place. */
export function answerOf(
  { id, paginationToken }: { id: string; paginationToken: string | null },
  fetchId: string,
): Exchange<PageAnswer> {
  const parent = id === ID.a ? 'a' : 'b';
  const page = paginationToken === null ? 1 : Number(/^after \w(\d)/.exec(paginationToken)?.[1]) + 1;
  const copy = Number(fetchId.split('.')[1]);
  const isShorter = parent === 'a' && page === 1 && copy > 1;
  const nextToken = page < PAGES && !isShorter ? `after ${parent}${page}.${copy}` : null;
  // The list moves from copy to copy: one friend is the same, one is on this copy only.
  const friends = [`${ID[parent]}${page}0`, `${ID[parent]}${page}${copy}`].map((id) => ({
    id,
    username: `f${id}`,
  }));
  const charged = friends.length;
  return {
    answer: {
      kind: 'scraped',
      friends,
      unknownFriends: [],
      unreadableFriends: 0,
      charged,
      nextToken,
      problems: [],
    },
    rate: null,
  };
}

export function lookedUp(names: string[], planning: number): Exchange<LookupAnswer> {
  const following_count = planning === 0 ? 2 : 4;
  const observations = names.map((requested) => ({
    requested,
    status: 'active' as const,
    account: { id: ID.b, username: requested, following_count },
    problems: [],
  }));
  return { answer: { kind: 'looked-up', observations }, rate: null };
}
