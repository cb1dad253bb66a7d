import { describe, expect, test } from 'vitest';
import {
  copyOf,
  lineageAfter,
  missingPages,
  readUpTo,
  type StoredPage,
  wayTo,
} from '../../../shared/plan/chain.ts';
import { maxFriendsOf, totalPagesOf } from '../../../shared/plan/pages.ts';

const page = (pageNumber: number, nextToken: string | null, more: Partial<StoredPage> = {}): StoredPage => ({
  pageNumber,
  outcome: 'scraped',
  pageToken: pageNumber === 1 ? null : `t${pageNumber}`,
  nextToken,
  fetchId: `f${pageNumber}`,
  lineage: [],
  charged: 1,
  completedAtMs: pageNumber,
  checkEndedBy: null,
  check: null,
  ...more,
});

describe('the plan', () => {
  test('a dispatch has at least one page, since only X can say that a list is empty', () => {
    expect([0, 1, 1000, 1001, 2500].map((count) => totalPagesOf(count, 1000))).toEqual([1, 1, 1, 2, 3]);
  });

  test('lets a list have grown by 1 %, or by 5 friends, as far as its pages hold them', () => {
    const most = (count: number) => maxFriendsOf(count, totalPagesOf(count, 1000), 1000);
    expect([0, 1, 500, 501, 990, 1000, 2500].map(most)).toEqual([5, 6, 505, 507, 1000, 1000, 2525]);
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

  test('nothing is missing once the list is over, wherever that was', () => {
    expect(missingPages([page(1, 't2'), page(2, null)], 3)).toEqual([]);
    expect(missingPages([page(1, null, { outcome: 'unavailable' })], 3)).toEqual([]);
  });

  test('a list is read up to the first page that is not stored', () => {
    expect(readUpTo([])).toBe(0);
    expect(readUpTo([page(2, 't3'), page(1, 't2'), page(4, 't5')])).toBe(2);
  });

  test('the way to a page is its lineage, and unknown while one of it is not to be seen', () => {
    const [first, second] = [page(1, 't2'), page(2, 't3', { lineage: ['f1'] })];
    const copy = page(1, 'other', { fetchId: 'copy' });
    expect(wayTo(undefined, [first])).toEqual([]);
    expect(wayTo(second, [copy, second, first])).toEqual([first, second]);
    expect(wayTo(second, [copy, second])).toBeUndefined();
  });

  test('the lineage of a page is all fetches that led to it', () => {
    expect(lineageAfter(page(3, 't4', { lineage: ['f1', 'f2'] }))).toEqual(['f1', 'f2', 'f3']);
  });
});
