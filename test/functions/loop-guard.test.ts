import { expect, test } from 'vitest';
import { loopsBack } from '../../functions/getpage/loop-guard.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';

const page = (fetchId: string, more: Partial<StoredPage>): StoredPage => ({
  ...{ pageNumber: 1, outcome: 'scraped', pageToken: null, nextToken: null, fetchId, lineage: [] },
  ...{ friendCount: 5, completedAtMs: 0, ...more },
});
const first = page('a1', { nextToken: '5' });
const second = page('a2', { pageNumber: 2, pageToken: '5', nextToken: '10', lineage: ['a1'] });

test('a token that led to this page, or to one before it, leads round in circles', () => {
  const loops = (token: string | null) => loopsBack({ before: second, pages: [first, second] }, 5, token);
  expect(['10', '5', '15', null].map(loops)).toEqual([true, true, false, false]);
});

test('a token of another copy of an earlier page does not: it went another way', () => {
  // Page 2 was reached with 7 as well; now the list goes on with 7 after 5 and 10 have been used.
  const copies = [
    page('b1', { nextToken: '7' }),
    page('b2', { pageNumber: 2, pageToken: '7', nextToken: '12' }),
  ];
  expect(loopsBack({ before: second, pages: [first, second, ...copies] }, 5, '7')).toBe(false);
});

test('the third empty page in a row ends the list, empty copies aside', () => {
  const empty = (number: number, lineage: string[]) =>
    page(`e${number}`, { pageNumber: number, pageToken: `${number + 3}`, lineage, friendCount: 0 });
  const [one, two] = [empty(2, ['a1']), empty(3, ['a1', 'e2'])];
  const pages = [first, one, two];
  expect(loopsBack({ before: two, pages }, 0, '8')).toBe(true);
  expect(loopsBack({ before: one, pages }, 0, '8')).toBe(false);
});
