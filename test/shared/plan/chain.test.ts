import { describe, expect, test } from 'vitest';
import {
  continuationOf,
  copyOf,
  lineageAfter,
  missingPages,
  type StoredPage,
} from '../../../shared/plan/chain.ts';
import { lastPageAllowed, totalPagesOf } from '../../../shared/plan/pages.ts';

const page = (pageNumber: number, nextToken: string | null, more: Partial<StoredPage> = {}): StoredPage => ({
  pageNumber,
  outcome: 'scraped',
  pageToken: pageNumber === 1 ? null : `t${pageNumber}`,
  nextToken,
  fetchId: `f${pageNumber}`,
  lineage: [],
  friendCount: 1,
  completedAtMs: pageNumber,
  ...more,
});

describe('the plan', () => {
  test('a dispatch has at least one page, since only X can say that a list is empty', () => {
    expect([0, 1, 1000, 1001, 2500].map((count) => totalPagesOf(count, 1000))).toEqual([1, 1, 1, 2, 3]);
  });

  test('a list may go on for 10 % of the plan and one page', () => {
    expect([1, 9, 10, 25, 100].map(lastPageAllowed)).toEqual([2, 10, 12, 28, 111]);
  });
});

describe('the chain', () => {
  test('of several copies of a page the earliest completed counts, tie by fetch id', () => {
    const copies = [
      page(1, 'late', { completedAtMs: 9, fetchId: 'a' }),
      page(1, 'z', { completedAtMs: 5, fetchId: 'z' }),
      page(1, 'b', { completedAtMs: 5, fetchId: 'b' }),
    ];
    expect(copyOf(copies, 1)?.nextToken).toBe('b');
    expect(copyOf(copies, 2)).toBeUndefined();
  });

  test('missing are the planned pages that are not stored', () => {
    expect(missingPages([], 3)).toEqual([1, 2, 3]);
    expect(missingPages([page(1, 't2')], 3)).toEqual([2, 3]);
  });

  test('missing is also the page past the plan where the list goes on', () => {
    expect(missingPages([page(1, 't2')], 1)).toEqual([2]);
    expect(missingPages([page(1, 't2'), page(2, 't3')], 1)).toEqual([3]);
  });

  test('nothing is missing once the list is over, wherever that was', () => {
    expect(missingPages([page(1, 't2'), page(2, null)], 3)).toEqual([]);
    expect(missingPages([page(1, null, { outcome: 'unavailable' })], 3)).toEqual([]);
  });

  test('a page publishes its successor only past the plan, only where the list goes on, only if it is not stored', () => {
    const [first, second] = [page(1, 't2'), page(2, 't3')];
    expect(continuationOf([first], first, 2)).toBeUndefined();
    expect(continuationOf([first, second], second, 2)).toBe(3);
    expect(continuationOf([first, second, page(3, 't4')], second, 2)).toBeUndefined();
    const end = page(2, null);
    expect(continuationOf([first, end], end, 2)).toBeUndefined();
  });

  test('the lineage of a page is all fetches that led to it', () => {
    expect(lineageAfter(page(3, 't4', { lineage: ['f1', 'f2'] }))).toEqual(['f1', 'f2', 'f3']);
  });
});
