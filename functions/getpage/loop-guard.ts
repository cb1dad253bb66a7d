import type { StoredPage } from '../../shared/plan/chain.ts';

/** R18: X's lists may have an empty page in between; three in a row with a token have no end. */
const EMPTY_PAGES_ALLOWED = 2;

/** The pages of a check are small, and how many it may ask for is bounded: X may have left out all that was on some. */
export const EMPTY_PAGES_OF_CHECK = Number.POSITIVE_INFINITY;

/**
 * Whether going on with `nextToken` would never end: the pages that led here (`way`, in order) have used that token
 * before, or this is one empty page too many in a row. Other copies of them say nothing: their tokens are of another
 * way. `charged`: friends on this page.
 */
export function loopsBack(
  way: StoredPage[],
  charged: number,
  nextToken: string | null,
  emptyAllowed = EMPTY_PAGES_ALLOWED,
): boolean {
  if (nextToken === null) return false;
  if (way.some((page) => page.pageToken === nextToken || page.nextToken === nextToken)) return true;
  return charged === 0 && emptyPagesAtTheEndOf(way) >= emptyAllowed;
}

function emptyPagesAtTheEndOf(way: StoredPage[]): number {
  return way.length - 1 - way.findLastIndex((page) => page.charged > 0);
}
