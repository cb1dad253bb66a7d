import { describe, expect, test } from 'vitest';
import { createKnownPages } from '../../functions/getpage/store/known-pages.ts';
import type { StoredPage } from '../../shared/plan/chain.ts';
import { DrivenClock } from '../support/driven-clock.ts';

const page = (pageNumber: number): StoredPage => ({
  pageNumber,
  outcome: 'scraped',
  pageToken: null,
  nextToken: `t${pageNumber + 1}`,
  fetchId: `f${pageNumber}`,
  lineage: [],
  friendCount: 1,
  completedAtMs: 0,
});
const dispatchId = 'd';

describe('what this instance has just stored', () => {
  test('is known to the page after it, and to no other', () => {
    const known = createKnownPages(new DrivenClock());
    known.stored(dispatchId, [page(1), page(2)]);
    expect(known.before({ dispatchId, pageNumber: 3 })).toEqual([page(1), page(2)]);
    for (const pageNumber of [1, 2, 4]) expect(known.before({ dispatchId, pageNumber })).toBeUndefined();
    expect(known.before({ dispatchId: 'other', pageNumber: 3 })).toBeUndefined();
  });

  test('is asked for again after 10 seconds: another instance may have stored more', async () => {
    const clock = new DrivenClock();
    const known = createKnownPages(clock);
    known.stored(dispatchId, [page(1)]);
    await clock.advance(10_000);
    expect(known.before({ dispatchId, pageNumber: 2 })).toBeDefined();
    await clock.advance(1);
    expect(known.before({ dispatchId, pageNumber: 2 })).toBeUndefined();
  });

  test('is not known while nobody knows what became of an append', () => {
    const known = createKnownPages(new DrivenClock());
    known.stored(dispatchId, [page(1)]);
    known.forget(dispatchId);
    expect(known.before({ dispatchId, pageNumber: 2 })).toBeUndefined();
  });

  test('takes no more memory the more dispatches there are', () => {
    const known = createKnownPages(new DrivenClock());
    for (let each = 0; each <= 100; each++) known.stored(String(each), [page(1)]);
    expect(known.before({ dispatchId: '0', pageNumber: 2 })).toBeUndefined();
    expect(known.before({ dispatchId: '100', pageNumber: 2 })).toBeDefined();
  });
});
