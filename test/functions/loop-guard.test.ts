import { expect, test } from 'vitest';
import { loopsBack } from '../../functions/getpage/loop-guard.ts';
import { type StoredPage, wayTo } from '../../shared/plan/chain.ts';

const page = (fetchId: string, more: Partial<StoredPage>): StoredPage => ({
  ...{ pageNumber: 1, outcome: 'scraped', pageToken: null, nextToken: null, fetchId, lineage: [] },
  ...{ charged: 5, completedAtMs: 0, checkEndedBy: null, check: null, ...more },
});
const first = page('a1', { nextToken: '5' });
const second = page('a2', { pageNumber: 2, pageToken: '5', nextToken: '10', lineage: ['a1'] });
/** The way to the page after `before`, among everything stored. */
const after = (before: StoredPage, pages: StoredPage[]) => wayTo(before, pages) ?? [];

test('a token that led to this page, or to one before it, leads round in circles', () => {
  const way = after(second, [first, second]);
  expect(loopsBack(way, 5, '10')).toBe(true);
  expect(loopsBack(way, 5, '5')).toBe(true);
  expect(loopsBack(way, 5, '15')).toBe(false);
  expect(loopsBack(way, 5, null)).toBe(false);
});

test('a token of another copy of an earlier page does not: it went another way', () => {
  // Page 2 was reached with 7 as well; now the list goes on with 7 after 5 and 10 have been used.
  const copies = [
    page('b1', { nextToken: '7' }),
    page('b2', { pageNumber: 2, pageToken: '7', nextToken: '12' }),
  ];
  expect(loopsBack(after(second, [first, second, ...copies]), 5, '7')).toBe(false);
});

test('the third empty page in a row ends the list, empty copies aside', () => {
  const none = { charged: 0 };
  const empty = page('e2', { pageNumber: 2, pageToken: '5', nextToken: '6', lineage: ['a1'], ...none });
  const third = page('e3', { pageNumber: 3, pageToken: '6', nextToken: '7', lineage: ['a1', 'e2'], ...none });
  expect(loopsBack(after(third, [first, empty, third]), 0, '8')).toBe(true);
  expect(loopsBack(after(empty, [first, empty, third]), 0, '8')).toBe(false);
  expect(
    loopsBack(
      [empty, third].map((each) => ({ ...each, charged: 1 })),
      0,
      '8',
    ),
  ).toBe(false);
});
