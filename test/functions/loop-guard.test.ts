import { expect, test } from 'vitest';
import { loopsBack } from '../../functions/getpage/loop-guard.ts';
import type { PageFetch } from '../../functions/getpage/page-row.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';

const page = (fetchId: string, more: Partial<StoredPage>): StoredPage => ({
  ...{ pageNumber: 1, outcome: 'scraped', pageToken: null, nextToken: null, fetchId, lineage: [] },
  ...{ friendCount: 5, completedAtMs: 0, ...more },
});
const first = page('a1', { nextToken: '5' });
const second = page('a2', { pageNumber: 2, pageToken: '5', nextToken: '10', lineage: ['a1'] });
const fetchAfter = (before: StoredPage, pages: StoredPage[]): PageFetch => ({
  ...{ before, pages, fetchId: 'new', messageId: '1' },
  request: { pageNumber: before.pageNumber + 1 } as PageRequest,
});

test('a token that led to this page, or to one before it, leads round in circles', () => {
  const fetch = fetchAfter(second, [first, second]);
  expect(loopsBack(fetch, 5, '10')).toBe(true);
  expect(loopsBack(fetch, 5, '5')).toBe(true);
  expect(loopsBack(fetch, 5, '15')).toBe(false);
  expect(loopsBack(fetch, 5, null)).toBe(false);
});

test('a token of another copy of an earlier page does not: it went another way', () => {
  // Page 2 was reached with 7 as well; now the list goes on with 7 after 5 and 10 have been used.
  const copies = [
    page('b1', { nextToken: '7' }),
    page('b2', { pageNumber: 2, pageToken: '7', nextToken: '12' }),
  ];
  expect(loopsBack(fetchAfter(second, [first, second, ...copies]), 5, '7')).toBe(false);
});

test('the third empty page in a row ends the list, empty copies aside', () => {
  const empty = page('e2', {
    pageNumber: 2,
    pageToken: '5',
    nextToken: '6',
    lineage: ['a1'],
    friendCount: 0,
  });
  const third = page('e3', {
    pageNumber: 3,
    pageToken: '6',
    nextToken: '7',
    lineage: ['a1', 'e2'],
    friendCount: 0,
  });
  expect(loopsBack(fetchAfter(third, [first, empty, third]), 0, '8')).toBe(true);
  expect(loopsBack(fetchAfter(empty, [first, empty, third]), 0, '8')).toBe(false);
});
