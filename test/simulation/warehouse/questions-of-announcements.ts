import { changeCountsSql, shownDispatchesSql } from '../../../shared/warehouse/announcements.ts';
import type { Row } from '../../../shared/warehouse/client.ts';
import { chainOf, type PageRow } from '../../model/chain.ts';
import { type Shown, viewsOf } from '../../model/views.ts';
import { noRows, type Row as TableRow } from '../../views/rows.ts';
import type { Tables } from '../tables.ts';
import { type Answer, at } from './questions-of-checks.ts';

/** No page that leads to the last one is missing. */
function isWhole(pages: PageRow[]): boolean {
  const numbers = new Set((pages.length > 0 ? chainOf(pages).pages : []).map((page) => page.page_number));
  return numbers.size === Math.max(0, ...numbers);
}

type Told = 'dispatch_progress' | 'friend_changes';

/** What is asked before a list is announced: of the views, as the model has them, over the rows that a query sees. */
export const ANSWERS_OF_ANNOUNCEMENTS = (dataset: string): [string, Answer][] => [
  [
    shownDispatchesSql(dataset),
    ({ tables, time }, { run_ids, dispatch_ids }) =>
      seenOf(tables, time.now(), { dispatches: dispatch_ids as string[] })
        .dispatch_progress.filter((row) => (run_ids as unknown[]).includes(row.run_id))
        .map((row) => ({
          ...row,
          dispatched_at: at(String(row.dispatched_at)),
          is_whole: isWhole(tables.pageRowsOfAll([String(row.dispatch_id)], time.now())),
        })),
  ],
  [
    changeCountsSql(dataset),
    ({ tables, time }, { parent_ids, dispatch_ids }) => {
      const { friend_changes: changes } = seenOf(tables, time.now(), { parents: parent_ids as string[] });
      return (dispatch_ids as string[]).flatMap((dispatch_id) => {
        const counts = countsOf(changes.filter((row) => row.dispatch_id === dispatch_id));
        return counts ? [{ dispatch_id, ...counts }] : [];
      });
    },
  ],
];

/** The views, of the rows that a query sees at that time: of these dispatches, or of all that are of these parents. */
export function seenOf(
  tables: Tables,
  nowMs: number,
  of: { dispatches: string[] } | { parents: string[] },
): Pick<Shown, Told> {
  const rowsOf = <R extends { parent_id: string | null }>(all: Map<string, R[]>) => {
    const asked =
      'dispatches' in of
        ? [...new Set(of.dispatches)].flatMap((dispatchId) => all.get(dispatchId) ?? [])
        : [...all.values()].flat().filter((row) => of.parents.includes(row.parent_id ?? ''));
    return asked.filter((row) => tables.isSeen(row, nowMs)) as unknown as TableRow[];
  };
  const forgotten = tables.forgotten.filter(({ sinceMs }) => sinceMs <= nowMs);
  return viewsOf(
    {
      ...noRows(),
      completed_scrapes: rowsOf(tables.pages),
      dispatches: rowsOf(tables.plans),
      forgotten_accounts: forgotten.map(({ id, username }) => ({ id, username })),
    },
    nowMs,
  );
}

/** Null: none. */
export function countsOf(changes: Row[]) {
  const count = (change: string) => changes.filter((row) => row.change === change).length;
  if (changes.length === 0) return null;
  return {
    ...{ followed: count('followed'), reappeared: count('reappeared') },
    ...{ no_longer_listed: count('no_longer_listed'), withheld: count('withheld') },
  };
}
