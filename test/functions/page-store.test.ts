import { beforeEach, describe, expect, test } from 'vitest';
import { createPageStore, type PageStore } from '../../functions/getpage/page-store.ts';
import { RetryLater } from '../../shared/errors.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { HOUR_MS } from '../../shared/times.ts';
import { Tables } from '../simulation/tables.ts';
import { DrivenClock, settle } from '../support/driven-clock.ts';
import { pageRow } from '../support/warehouse.ts';

let clock: DrivenClock;
let tables: Tables;
let queries: number;
let isAway: boolean;
let store: PageStore;
beforeEach(() => {
  clock = new DrivenClock();
  tables = new Tables();
  queries = 0;
  isAway = false;
  const ofDispatch: Parameters<typeof createPageStore>[0]['ofDispatch'] = async (key) => {
    queries++;
    return tables.pagesOf(key);
  };
  const append = async (row: ReturnType<typeof pageRow>) => {
    if (isAway) throw new RetryLater('BigQuery is away');
    tables.addPage(row);
    return { how: 'stored' as const, row };
  };
  store = createPageStore({ ofDispatch, ofDispatches: async () => new Map(), append }, clock);
});

const row = (page_number: number, dispatch_id = 'd') =>
  pageRow({ dispatch_id, page_number, fetch_id: `${dispatch_id}${page_number}`, next_token: 'more' });
const request = (pageNumber: number, dispatchId = 'd') => {
  const { dispatched_at: dispatchedAt, parent_id: id } = pageRow();
  return { dispatchId, pageNumber, dispatchedAt, parent: { id } } as PageRequest;
};
/** As the handler does it; returns how often X was turned to. */
async function bought(pageNumber: number, dispatchId = 'd'): Promise<number> {
  let calls = 0;
  const pages = await store.pagesOf(request(pageNumber, dispatchId));
  const bought = await store.buy(request(pageNumber, dispatchId), async (assertMayBuy) => {
    assertMayBuy();
    calls++;
    return { ...row(pageNumber, dispatchId), completed_at: new Date(clock.now()).toISOString() };
  });
  await store.store(bought, pages);
  return calls;
}
/** Whether the warehouse is asked about a page. */
async function isAsked(pageNumber: number, dispatchId = 'd'): Promise<boolean> {
  const before = queries;
  await store.pagesOf(request(pageNumber, dispatchId));
  return queries > before;
}

describe('what this instance has just stored', () => {
  test('is known to the page after it, and to no other', async () => {
    for (const pageNumber of [1, 2]) await bought(pageNumber);
    expect(await isAsked(3)).toBe(false);
    expect((await store.pagesOf(request(3))).map(({ fetchId }) => fetchId)).toEqual(['d1', 'd2']);
    for (const pageNumber of [1, 2, 4]) expect(await isAsked(pageNumber)).toBe(true);
    expect(await isAsked(3, 'other')).toBe(true);
  });

  test('is asked for again after 10 seconds: another instance may have stored more', async () => {
    await bought(1);
    await clock.advance(10_000);
    expect(await isAsked(2)).toBe(false);
    await clock.advance(1);
    expect(await isAsked(2)).toBe(true);
  });

  test('is asked for again while nobody knows what became of an append', async () => {
    await bought(1);
    isAway = true;
    await expect(bought(2)).rejects.toThrow(RetryLater);
    expect(await isAsked(2)).toBe(true);
  });

  test('takes no more memory the more dispatches there are', async () => {
    for (let each = 0; each <= 100; each++) await bought(1, `${each}`);
    expect(await isAsked(2, '0')).toBe(true);
    expect(await isAsked(2, '100')).toBe(false);
  });
});

describe('what BigQuery has acknowledged to this instance', () => {
  /** Queries see nothing of what is stored. */
  const hide = () => tables.pages.clear();
  const fetchIds = async (pageNumber: number) =>
    (await store.pagesOf(request(pageNumber))).map(({ fetchId }) => fetchId);

  test('is known for ten minutes, though no query shows it', async () => {
    await bought(1);
    hide();
    await clock.advance(600_000);
    expect(await fetchIds(1)).toEqual(['d1']);
    expect(await fetchIds(2)).toEqual(['d1']);
    await clock.advance(1);
    expect(await fetchIds(1)).toEqual([]);
  });

  test('is known once, and beside what queries show', async () => {
    await bought(1);
    expect(await fetchIds(1)).toEqual(['d1']);
    tables.addPage(row(2));
    await clock.advance(10_001);
    expect(await fetchIds(1)).toEqual(['d1', 'd2']);
  });

  test('is of its dispatch, and of the account whose friends they are', async () => {
    await bought(1);
    hide();
    expect(await store.pagesOf(request(1, 'other'))).toEqual([]);
    expect(await store.pagesOf({ ...request(1), parent: { id: '9' } } as PageRequest)).toEqual([]);
  });

  test('is not what nobody has acknowledged', async () => {
    isAway = true;
    await expect(bought(1)).rejects.toThrow(RetryLater);
    expect(await fetchIds(1)).toEqual([]);
  });
});

describe('a page that is bought and cannot be stored', () => {
  beforeEach(async () => {
    isAway = true;
    await expect(bought(1)).rejects.toThrow(RetryLater);
    isAway = false;
  });

  test('is held, and stored without turning to X again', async () => {
    await clock.advance(10_000);
    expect(await bought(1)).toBe(0);
    expect(tables.pages.get('d')).toHaveLength(1);
  });

  test('lets nothing be bought until it is stored, and nothing be begun for ten seconds', async () => {
    await expect(bought(1, 'other')).rejects.toThrow('pages cannot be stored at the moment');
    await expect(store.oneAtATime('other', () => bought(1))).rejects.toThrow(RetryLater);
    await clock.advance(10_000);
    await expect(bought(1, 'other')).rejects.toThrow('pages cannot be stored at the moment');
    await store.oneAtATime('d', () => bought(1));
    expect(await bought(1, 'other')).toBe(1);
  });

  test('keeps no other waiting once its own message has not come for an hour: another instance has had it', async () => {
    await clock.advance(HOUR_MS - 1);
    await expect(bought(1, 'other')).rejects.toThrow('pages cannot be stored at the moment');
    await clock.advance(1);
    expect(await bought(1, 'other')).toBe(1);
  });

  test.each([
    ['it was stored all the same', () => tables.addPage(row(1))],
    ['the list ended before it', () => tables.addPage({ ...row(0), next_token: null })],
  ])('is not held where %s', async (_what, land) => {
    land();
    await store.pagesOf(request(1));
    await clock.advance(10_000);
    // Nothing waits to be stored, so another page is the probe.
    expect(await bought(1, 'other')).toBe(1);
  });
});

test('no more pages are bought than can be held until they are stored: none is dropped, and bought again', async () => {
  const buy = (id: string) =>
    store.buy(request(1, id), async (assertMayBuy) => {
      assertMayBuy();
      await settle();
      return { ...row(1, id), completed_at: new Date(clock.now()).toISOString() };
    });
  const buyAll = async (ids: string[]) => {
    const all = await Promise.allSettled(ids.map(buy));
    return all.filter(({ status }) => status === 'fulfilled').length;
  };
  const idsOf = (name: string) => Array.from({ length: 40 }, (_, each) => `${name} ${each}`);
  const notAgain = () => Promise.reject(new Error('X is turned to'));
  expect(await buyAll(idsOf('in hand'))).toBe(40);
  expect(await buyAll(idsOf('more'))).toBe(20);
  expect(await buyAll(idsOf('too many'))).toBe(0);
  for (const id of idsOf('in hand')) await store.buy(request(1, id), notAgain);
  // For whom nobody has come within an hour, nobody will.
  await clock.advance(HOUR_MS);
  expect(await buyAll(idsOf('later'))).toBe(40);
});

test('one page of a dispatch is in hand at a time: another is turned away at once, those of others are not', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = store.oneAtATime('d', () => promise);
  await expect(store.oneAtATime('d', async () => 'second')).rejects.toThrow(RetryLater);
  expect(await store.oneAtATime('other', async () => 'other')).toBe('other');
  resolve();
  await first;
  expect(await store.oneAtATime('d', async () => 'third')).toBe('third');
});
