import type { StoredPage } from '../../shared/chain.ts';
import type { PageFetch } from './page-row.ts';

/** X's lists may have an empty page in between; three in a row with a token have no end. */
const EMPTY_PAGES_ALLOWED = 2;

/**
 * Whether going on with `nextToken` would never end: the dispatch has used that token before, or this is one
 * empty page too many in a row.
 */
export function loopsBack(fetch: PageFetch, friendCount: number, nextToken: string | null): boolean {
  if (nextToken === null) return false;
  const { before, pages, request } = fetch;
  const earlier = pages.filter((page) => page.pageNumber < request.pageNumber);
  const usedTokens = new Set(earlier.map((page) => page.pageToken));
  if (usedTokens.has(nextToken) || before?.nextToken === nextToken) return true;
  return friendCount === 0 && emptyPagesUpTo(before, pages) >= EMPTY_PAGES_ALLOWED;
}

function emptyPagesUpTo(before: StoredPage | undefined, pages: StoredPage[]): number {
  const byFetchId = new Map(pages.map((page) => [page.fetchId, page]));
  const chain = before ? [...before.lineage.map((id) => byFetchId.get(id)), before] : [];
  let empty = 0;
  for (const page of chain.reverse()) {
    if (page?.friendCount !== 0) break;
    empty++;
  }
  return empty;
}
