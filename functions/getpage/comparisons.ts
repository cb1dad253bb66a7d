import type { KnownList } from '../../shared/check/known-list.ts';
import type { Clock } from '../../shared/clock.ts';
import { RetryLater } from '../../shared/errors.ts';
import { Memory } from '../../shared/memory.ts';
import type { PageRequest } from '../../shared/messages/page-request.ts';
import { along, type StoredPage } from '../../shared/plan/chain.ts';
import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { Forgotten, KnownLists, ListedPage } from '../../shared/warehouse/known-lists.ts';
import { ACKNOWLEDGED_MS } from './acknowledged-pages.ts';
import { knownListAt } from './known-list.ts';

/** What a read has returned on one page. */
export type PageRead = Pick<ListedPage, 'fetchId' | 'listed' | 'unknown' | 'unreadable'>;

/** What a page is laid beside. */
export interface Comparison {
  known: KnownList;
  /** The pages of this read before it, in order. */
  before: PageRead[];
  /** Accounts that must not be shown: of the known list those that it names, and what tells others. */
  forgotten: Forgotten;
}

export interface Comparisons {
  /**
   * Before a page is bought. Undefined: it is compared with nothing. Throws RetryLater, also where a check rests on rows
   * that are not to be seen.
   */
  of(request: PageRequest, way: StoredPage[]): Promise<Comparison | undefined>;
  /** R14: of a page that has been stored, which a query may not show for a while. */
  stored(request: PageRequest, row: PageRow): void;
}

/** What all pages of a check are laid beside. */
type RestsOn = Omit<Comparison, 'before'>;

/** Of 1,000 friends at most, whose ids are kept: 100 MB. */
const PAGES = 1000;
/** Checks that go on: of 100,000 friends at most, whose ids are kept: 100 MB. */
const CHECKS = 20;
/** A full read ends on its last page, or on the one before where the list is shorter than its count. */
const LAST_PAGES = 2;

export function createComparisons(knownLists: KnownLists, clock: Clock): Comparisons {
  const known = new Memory<PageRead>({ clock, forMs: ACKNOWLEDGED_MS, most: PAGES });
  // It is the same for each page of a check, so that nothing is asked anew while its pages follow each other.
  const restsOn = new Memory<RestsOn>({ clock, forMs: ACKNOWLEDGED_MS, most: CHECKS });
  return {
    async of(request, way) {
      const { base, check, pageNumber, totalPages } = request;
      if (!base || (!check && pageNumber <= totalPages - LAST_PAGES)) return undefined;
      const comparison = await comparisonAt(base, request, way);
      if (!comparison && check) throw new RetryLater('what the check rests on is not to be seen yet');
      return comparison;
    },

    stored({ base, dispatchId }, row) {
      const { fetch_id: fetchId, friends, unknown_friends: unknown, unreadable_friends: unreadable } = row;
      if (base) known.keep(fetchId, { fetchId, listed: friends.map(({ id }) => id), unknown, unreadable });
      const kept = restsOn.get(dispatchId);
      restsOn.drop(dispatchId);
      if (kept && row.check && row.check.ended_by === null)
        restsOn.keep(dispatchId, { ...kept, forgotten: withForgottenOn(row, kept.forgotten) });
    },
  };

  async function comparisonAt(
    { dispatchId, fullReadAt, at }: NonNullable<PageRequest['base']>,
    request: PageRequest,
    way: StoredPage[],
  ): Promise<Comparison | undefined> {
    const span = {
      ...{ parentId: request.parent.id, dispatchId: request.dispatchId },
      dispatchedAtMs: Date.parse(request.dispatchedAt),
      ...{ fullReadAtMs: Date.parse(fullReadAt), baseAtMs: Date.parse(at) },
    };
    const kept = restsOn.get(request.dispatchId);
    const seen = kept && beforeIt(way, []);
    if (kept && seen) return { ...kept, before: seen };
    const { ids, usernames } = await knownLists.forgotten();
    const pages = await knownLists.pagesOf(span, usernames);
    const forgotten = { ids: [...ids, ...pages.flatMap((page) => page.forgotten)], usernames };
    const list = knownListAt(dispatchId, pages, new Set(forgotten.ids));
    const before = beforeIt(way, pages);
    if (!list || !before) return undefined;
    if (request.check) restsOn.keep(request.dispatchId, { known: list, forgotten });
    return { known: list, before, forgotten };
  }

  function beforeIt(way: StoredPage[], pages: ListedPage[]): PageRead[] | undefined {
    const last = way.at(-1);
    if (!last) return [];
    const reads = way.flatMap(({ fetchId }): PageRead[] => {
      const read = known.get(fetchId) ?? pages.find((page) => page.fetchId === fetchId);
      return read ? [read] : [];
    });
    const newest = reads.find(({ fetchId }) => fetchId === last.fetchId);
    return newest && along(last.lineage, newest, reads);
  }
}

/** The same, and by their ids those on a page whose usernames are forgotten. R16: BigQuery may have refused their names. */
export function withForgottenOn(
  { friends }: { friends: { id: string; username?: string }[] },
  { ids, usernames }: Forgotten,
): Forgotten {
  const names = new Set(usernames);
  const named = friends.filter(({ username }) => username !== undefined && names.has(username.toLowerCase()));
  return { ids: [...ids, ...named.map(({ id }) => id)], usernames };
}
