import { RetryLater } from '../../../shared/errors.ts';
import type { PageRequest } from '../../../shared/messages/page-request.ts';
import type { PageRow } from '../../../shared/warehouse/completed-scrapes.ts';

type PageKey = Pick<PageRequest, 'dispatchId' | 'pageNumber'>;

/**
 * What this instance knows of pages in hand: which dispatches are being worked on, and the rows that X was
 * paid for while BigQuery did not take them. Memory only saves money here; the warehouse stays the truth.
 */
export interface PagesInHand {
  /** Runs `work` unless another delivery of the same dispatch is at it: then RetryLater, at once. */
  oneAtATime<T>(dispatchId: string, work: () => Promise<T>): Promise<T>;
  keep(page: PageKey, row: PageRow): void;
  get(page: PageKey): PageRow | undefined;
  drop(page: PageKey): void;
  /** How many bought pages wait to be stored. */
  held(): number;
}

/** More pages than are in flight at once (concurrency 40), fewer than memory could hold (1 MB each). */
const ROWS_HELD = 60;

export function createPagesInHand(): PagesInHand {
  const inHand = new Set<string>();
  const rows = new Map<string, PageRow>();
  const keyOf = ({ dispatchId, pageNumber }: PageKey) => `${dispatchId}/${pageNumber}`;
  return {
    async oneAtATime(dispatchId, work) {
      if (inHand.has(dispatchId)) throw new RetryLater('another page of this dispatch is being fetched');
      inHand.add(dispatchId);
      try {
        return await work();
      } finally {
        inHand.delete(dispatchId);
      }
    },
    keep(page, row) {
      rows.set(keyOf(page), row);
      for (const oldest of rows.keys()) {
        if (rows.size <= ROWS_HELD) break;
        rows.delete(oldest);
      }
    },
    get: (page) => rows.get(keyOf(page)),
    drop: (page) => void rows.delete(keyOf(page)),
    held: () => rows.size,
  };
}
