import type { CheckRecord, EndedBy } from '../check/record.ts';

/** As much of a stored page as says how far its list has been read. */
export interface PageMark {
  pageNumber: number;
  outcome: 'scraped' | 'unavailable';
  nextToken: string | null;
  /** How many friends X returned and charged for. */
  charged: number;
  /** Of a check: why it is over with this page; null: it goes on, or the page is of a full read. */
  checkEndedBy: EndedBy | null;
}

/** A row of `completed_scrapes`, as far as the chain of pages of one dispatch needs it. */
export interface StoredPage extends PageMark {
  pageToken: string | null;
  fetchId: string;
  lineage: string[];
  completedAtMs: number;
  /** Of a check: what was concluded with this page. */
  check: CheckRecord | null;
}

/** R15: of several copies of one page the one that everybody uses. */
export function copyOf(pages: StoredPage[], pageNumber: number): StoredPage | undefined {
  return earliestOf(pages.filter((page) => page.pageNumber === pageNumber));
}

/** The earliest completed, tie by fetch id. */
export function earliestOf<P extends Pick<StoredPage, 'completedAtMs' | 'fetchId'>>(
  pages: readonly P[],
): P | undefined {
  return pages.toSorted((a, b) => a.completedAtMs - b.completedAtMs || (a.fetchId < b.fetchId ? -1 : 1))[0];
}

/** The dispatch is over: a page without a next token, or the account cannot be read any further, or a check need not. */
export function isEnd(page: PageMark): boolean {
  return page.outcome === 'unavailable' || page.nextToken === null || page.checkEndedBy !== null;
}

/** The list was over before that page. */
export function endsBefore(pages: PageMark[], pageNumber: number): boolean {
  return pages.some((page) => page.pageNumber < pageNumber && isEnd(page));
}

/** R9: the pages of a plan that are not stored; none once the list is over. */
export function missingPages(pages: PageMark[], totalPages: number): number[] {
  if (pages.some(isEnd)) return [];
  const stored = numbersOf(pages);
  return Array.from({ length: totalPages }, (_, index) => index + 1).filter((number) => !stored.has(number));
}

/** The last page before the first that is not stored; 0: there is none. */
export function readUpTo(pages: PageMark[]): number {
  const stored = numbersOf(pages);
  let number = 0;
  while (stored.has(number + 1)) number++;
  return number;
}

/** R15: the fetch ids that lead to the page after `before`, in order. */
export function lineageAfter(before: StoredPage): string[] {
  return [...before.lineage, before.fetchId];
}

/** The pages that lead to the page after `before`, in order; undefined: one of them is not to be seen at the moment. */
export function wayTo(before: StoredPage | undefined, pages: StoredPage[]): StoredPage[] | undefined {
  return before ? along(before.lineage, before, pages) : [];
}

/** The pages of that lineage, and `last`; undefined: one of them is not to be seen. */
export function along<P extends Pick<StoredPage, 'fetchId'>>(
  lineage: readonly string[],
  last: P,
  pages: readonly P[],
): P[] | undefined {
  const byFetchId = new Map(pages.map((page) => [page.fetchId, page]));
  const way = [...lineage.map((id) => byFetchId.get(id)), last].filter((page) => page !== undefined);
  return way.length > lineage.length ? way : undefined;
}

const numbersOf = (pages: PageMark[]): Set<number> => new Set(pages.map((page) => page.pageNumber));
