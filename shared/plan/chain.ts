/** As much of a stored page as says how far its list has been read. */
export interface PageMark {
  pageNumber: number;
  outcome: 'scraped' | 'unavailable';
  nextToken: string | null;
}

/** A row of `completed_scrapes`, as far as the chain of pages of one dispatch needs it. */
export interface StoredPage extends PageMark {
  pageToken: string | null;
  fetchId: string;
  lineage: string[];
  friendCount: number;
  completedAtMs: number;
}

/** R15: of several copies of one page the one that everybody uses: the earliest completed, tie by fetch id. */
export function copyOf(pages: StoredPage[], pageNumber: number): StoredPage | undefined {
  return pages
    .filter((page) => page.pageNumber === pageNumber)
    .sort((a, b) => a.completedAtMs - b.completedAtMs || (a.fetchId < b.fetchId ? -1 : 1))[0];
}

/** The list is over: a page without a next token, or the account cannot be read any further. */
export function isEnd(page: PageMark): boolean {
  return page.outcome === 'unavailable' || page.nextToken === null;
}

/** The list was over before that page. */
export function endsBefore(pages: PageMark[], pageNumber: number): boolean {
  return pages.some((page) => page.pageNumber < pageNumber && isEnd(page));
}

/**
 * R9: the pages of a dispatch that are still to be published: of the plan what is not stored, and where the plan
 * is done and the list goes on, the next page. Nothing once the list is over.
 */
export function missingPages(pages: PageMark[], totalPages: number): number[] {
  if (pages.some(isEnd)) return [];
  const stored = new Set(pages.map((page) => page.pageNumber));
  const missing = [];
  for (let number = 1; number <= totalPages; number++) if (!stored.has(number)) missing.push(number);
  if (missing.length === 0) missing.push(nextAfter(stored));
  return missing;
}

/**
 * R17: the page to publish after `page` has been completed: only past the plan, where nobody else published it;
 * undefined where the list is over or that page is stored.
 */
export function continuationOf(pages: PageMark[], page: PageMark, totalPages: number): number | undefined {
  if (page.pageNumber < totalPages || pages.some(isEnd)) return undefined;
  const next = page.pageNumber + 1;
  return pages.some((other) => other.pageNumber === next) ? undefined : next;
}

/** R15: the fetch ids that lead to the page after `before`, in order. */
export function lineageAfter(before: StoredPage): string[] {
  return [...before.lineage, before.fetchId];
}

function nextAfter(stored: Set<number>): number {
  let number = 1;
  while (stored.has(number)) number++;
  return number;
}
