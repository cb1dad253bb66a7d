import type { StoredPage } from '../../shared/plan/chain.ts';

/** R18: X's lists may have an empty page in between; three in a row with a token have no end. */
const EMPTY_PAGES_ALLOWED = 2;

/**
 * Whether going on with `nextToken` would never end: the pages that led here (`way`, in order) have used that token
 * before, or this is one empty page too many in a row. Other copies of them say nothing: their tokens are of another
 * way. `charged`: friends on this page.
 */
export function loopsBack(way: StoredPage[], charged: number, nextToken: string | null): boolean {
  if (nextToken === null) return false;
  if (way.some((page) => page.pageToken === nextToken || page.nextToken === nextToken)) return true;
  return charged === 0 && emptyPagesAtTheEndOf(way) >= EMPTY_PAGES_ALLOWED;
}

function emptyPagesAtTheEndOf(way: StoredPage[]): number {
  return way.length - 1 - way.findLastIndex((page) => page.charged > 0);
}
