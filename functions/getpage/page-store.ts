import type { Clock } from '../../shared/clock.ts';
import { Memory } from '../../shared/memory.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { createOneAtATime } from '../../shared/one-at-a-time.ts';
import { endsBefore, type StoredPage } from '../../shared/plan/chain.ts';
import type { AppendedPage, CompletedScrapes, PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import { AcknowledgedPages } from './acknowledged-pages.ts';
import { HeldPages } from './held-pages.ts';
import { storedPageOf } from './page-row.ts';
import { createWarehouseGate } from './warehouse-gate.ts';

/**
 * The pages of dispatches: what is stored of them, and what this instance knows besides (R14): which dispatches are in
 * hand, what it has just stored, and the rows that X was paid for while BigQuery did not take them. Memory only saves
 * money and queries here; the warehouse stays the truth.
 */
export interface PageStore {
  /** Also RetryLater, at once, while no page can be stored: waiting costs nothing. */
  oneAtATime<T>(request: PageRequest, work: () => Promise<T>): Promise<T>;
  /** All stored pages of the dispatch that this page belongs to, as far as anybody can tell. Throws RetryLater. */
  pagesOf(request: PageRequest): Promise<StoredPage[]>;
  /** Whether this page was bought and could not be stored. */
  isHeld(request: PageRequest): boolean;
  /**
   * The row that was bought for this page and could not be stored, else what `fetch` makes. `fetch` calls
   * `assertMayBuy` right before it turns to X: RetryLater where a page could not be stored.
   */
  buy(request: PageRequest, fetch: (assertMayBuy: () => void) => Promise<PageRow>): Promise<PageRow>;
  /**
   * Appends a row that was bought; `pages`: what is stored of its dispatch. Throws RetryLater where nobody knows whether
   * it is stored: it is held, and its message comes again.
   */
  store(row: PageRow, pages: StoredPage[]): Promise<AppendedPage>;
}

/** The next page's message comes at once when it waits for its turn, and else with the back-off, from 10 s on. */
const KNOWN_MS = 10_000;
/** Some lists have a hundred pages, of which no friends are kept: a few MiB at most. */
const DISPATCHES_KNOWN = 100;

export function createPageStore(scrapes: CompletedScrapes, clock: Clock): PageStore {
  const warehouseGate = createWarehouseGate(clock);
  const oneAtATime = createOneAtATime('another page of this dispatch is being fetched');
  const acknowledged = new AcknowledgedPages(clock);
  const held = new HeldPages(clock);
  // There is one instance, but for minutes there may be two: what the other one stores is found by asking, so that this
  // is all is believed for a moment only.
  const known = new Memory<StoredPage[]>({ clock, forMs: KNOWN_MS, most: DISPATCHES_KNOWN });

  /** Pages stored here just now, where the newest is the one before `pageNumber`. */
  function justStored({ dispatchId, pageNumber }: PageRequest): StoredPage[] | undefined {
    const pages = known.get(dispatchId);
    const newest = Math.max(...(pages ?? []).map((page) => page.pageNumber));
    return newest === pageNumber - 1 ? pages : undefined;
  }

  return {
    async oneAtATime({ dispatchId, pageNumber }, work) {
      held.comesAgain(nameOf(dispatchId, pageNumber));
      warehouseGate.assertOpen();
      return oneAtATime(dispatchId, work);
    },

    async pagesOf(request) {
      const { dispatchId, parent, dispatchedAt, pageNumber } = request;
      const key = { dispatchId, parentId: parent.id, dispatchedAtMs: Date.parse(dispatchedAt) };
      const pages =
        justStored(request) ??
        acknowledged.with(nameOf(dispatchId, parent.id), await scrapes.ofDispatch(key));
      if (endsBefore(pages, pageNumber)) held.drop(nameOf(dispatchId, pageNumber));
      for (const page of pages) held.drop(nameOf(dispatchId, page.pageNumber));
      return pages;
    },

    isHeld: ({ dispatchId, pageNumber }) => held.get(nameOf(dispatchId, pageNumber)) !== undefined,

    async buy({ dispatchId, pageNumber }, fetch) {
      const page = nameOf(dispatchId, pageNumber);
      const assertMayBuy = (assertRoom: () => void) => () => {
        warehouseGate.assertMayBuy(held.size);
        assertRoom();
      };
      return held.get(page) ?? held.hold(page, (assertRoom) => fetch(assertMayBuy(assertRoom)));
    },

    async store(row, pages) {
      const { dispatch_id: dispatchId, parent_id: parentId, page_number: pageNumber } = row;
      // What is known of the dispatch now is not all, until this append is acknowledged, and as it stands here.
      known.drop(dispatchId);
      try {
        const appended = await scrapes.append(row);
        const page = storedPageOf(appended.row);
        acknowledged.add(nameOf(dispatchId, parentId), page);
        known.keep(dispatchId, [...pages, page]);
        warehouseGate.stored();
        held.drop(nameOf(dispatchId, pageNumber));
        return appended;
      } catch (error) {
        warehouseGate.failed();
        throw error;
      }
    },
  };
}

const nameOf = (dispatchId: string, of: number | string) => `${dispatchId}/${of}`;
