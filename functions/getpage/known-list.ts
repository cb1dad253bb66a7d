import { type CheckRead, type KnownList, knownList } from '../../shared/check/known-list.ts';
import { along, earliestOf } from '../../shared/plan/chain.ts';
import type { ListedPage } from '../../shared/warehouse/known-lists.ts';

/**
 * Whom a parent was known to follow at a base, of the pages that are stored of it; undefined where some that it rests on
 * are not to be seen. R27: the base's rows and no others, so that it is the same for every page and every redelivery.
 */
export function knownListAt(
  baseDispatchId: string,
  pages: readonly ListedPage[],
  forgotten: ReadonlySet<string>,
): KnownList | undefined {
  const reads = Map.groupBy(pages, ({ dispatchId }) => dispatchId);
  const checks: CheckRead[] = [];
  let dispatchId = baseDispatchId;
  for (;;) {
    const way = wayOfRead(reads.get(dispatchId) ?? []);
    const head = way?.at(-1);
    if (!way || !head) return undefined;
    const listed = way.flatMap((page) => page.listed);
    if (head.nextToken === null) return knownList(withUnknown(listed, way), checks, forgotten);
    // Each is taken once, so that no data, however odd, makes this go round for ever.
    reads.delete(dispatchId);
    if (!head.check) return undefined;
    checks.unshift({ listed, check: head.check });
    dispatchId = head.check.base_dispatch_id;
  }
}

/** The pages of a read that has ended, in order: its head is the earliest that ended it (R24). */
function wayOfRead(pages: readonly ListedPage[]): ListedPage[] | undefined {
  const head = earliestOf(
    pages.filter((page) => page.outcome === 'scraped' && (page.nextToken === null || page.check?.ended_by)),
  );
  return head && along(head.lineage, head, pages);
}

/** Friends that a full read could not list are friends all the same; where they stand nobody knows. */
const withUnknown = (listed: string[], way: ListedPage[]): string[] => [
  ...new Set([...listed, ...way.flatMap((page) => page.unknown)]),
];
