import type { StoredPage } from '../../shared/plan/chain.ts';

/** From where in the chain a page is fetched. */
export interface Walk {
  /** The copy of the page before it whose next token is used; undefined for page 1. */
  before: StoredPage | undefined;
  /** Everything stored of this dispatch. */
  pages: StoredPage[];
}

/** R18: X's lists may have an empty page in between; three in a row with a token have no end. */
const EMPTY_PAGES_ALLOWED = 2;

/**
 * Whether going on with `nextToken` would never end: the pages that led here have used that token before, or this
 * is one empty page too many in a row. Other copies of them say nothing: their tokens are of another walk.
 */
export function loopsBack(walk: Walk, friendCount: number, nextToken: string | null): boolean {
  if (nextToken === null) return false;
  const chain = chainUpTo(walk);
  if (chain.some((page) => page?.pageToken === nextToken || page?.nextToken === nextToken)) return true;
  return friendCount === 0 && emptyPagesAtTheEndOf(chain) >= EMPTY_PAGES_ALLOWED;
}

/** The pages that led to this fetch, in order; undefined: not to be seen at the moment. */
function chainUpTo({ before, pages }: Walk): (StoredPage | undefined)[] {
  const byFetchId = new Map(pages.map((page) => [page.fetchId, page]));
  return before ? [...before.lineage.map((id) => byFetchId.get(id)), before] : [];
}

function emptyPagesAtTheEndOf(chain: (StoredPage | undefined)[]): number {
  let empty = 0;
  for (const page of chain.toReversed()) {
    if (page?.friendCount !== 0) break;
    empty++;
  }
  return empty;
}
