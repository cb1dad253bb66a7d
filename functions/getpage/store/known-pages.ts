import type { Clock } from '../../../shared/clock.ts';
import type { PageRequest } from '../../../shared/messages/page-request.ts';
import type { StoredPage } from '../../../shared/plan/chain.ts';

type PageKey = Pick<PageRequest, 'dispatchId' | 'pageNumber'>;

/**
 * The dispatches whose last page this instance has just stored: the next page need not ask for them. Only rows whose
 * append BigQuery has acknowledged are known, and only for a moment: there is one instance, but while a new version
 * takes over there are two, and what the other one stores is found by asking.
 */
export interface KnownPages {
  /** All pages of the dispatch, where its newest is the one before `page`; else undefined: ask. */
  before(page: PageKey): StoredPage[] | undefined;
  stored(dispatchId: string, pages: StoredPage[]): void;
  /** To be called where it is not known what became of an append. */
  forget(dispatchId: string): void;
}

/** The next page's message comes at once when it waits for its turn, and else with the back-off, from 10 s on. */
const KNOWN_MS = 10_000;
/** Some lists have a hundred pages, of which no friends are kept: a few MiB at most. */
const DISPATCHES_KNOWN = 100;

export function createKnownPages(clock: Clock): KnownPages {
  const known = new Map<string, { pages: StoredPage[]; untilMs: number }>();
  return {
    before({ dispatchId, pageNumber }) {
      const entry = known.get(dispatchId);
      if (!entry || entry.untilMs < clock.now()) return undefined;
      const newest = Math.max(...entry.pages.map((page) => page.pageNumber));
      return newest === pageNumber - 1 ? entry.pages : undefined;
    },
    stored(dispatchId, pages) {
      known.delete(dispatchId);
      known.set(dispatchId, { pages, untilMs: clock.now() + KNOWN_MS });
      for (const oldest of known.keys()) {
        if (known.size <= DISPATCHES_KNOWN) break;
        known.delete(oldest);
      }
    },
    forget: (dispatchId) => void known.delete(dispatchId),
  };
}
