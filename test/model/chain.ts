import type { PageRow } from '../../shared/warehouse/completed-scrapes.ts';
import type { Account } from '../../shared/x/types.ts';

export type { PageRow };

/** What is shown of the pages of one dispatch, whatever else was fetched (R24). */
export interface Chain {
  head: PageRow;
  /** By page number. */
  pages: PageRow[];
  isComplete: boolean;
  /** Not even the id of some account on it could be read: it says nothing of whoever is missing. */
  isUnreadable: boolean;
  /** It is complete, or its check has ended. */
  isEnded: boolean;
  mode: 'full' | 'check';
  /** Each once, at the lowest page and position. */
  friends: { id: string; username: string; position: number; page: PageRow; account: Account }[];
  /** Ids of which X said neither that they are listed nor that they are not; some may be listed on another page. */
  unknown: Set<string>;
  /** When its first page was complete, and when its last. */
  first: string;
  last: string;
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const endsList = (row: PageRow): boolean => row.outcome === 'scraped' && row.next_token === null;

export const endsCheck = ({ outcome, check }: PageRow): boolean =>
  outcome === 'scraped' && (check?.ended_by ?? null) !== null;

/** `rows`: the pages of one dispatch, at least one, in any order and any number of times. */
export function chainOf(rows: PageRow[]): Chain {
  const fetches = new Map(rows.map((row) => [row.fetch_id, row]));
  const head = headOf([...fetches.values()]);
  const way = head.lineage.map((id) => fetches.get(id)?.page_number);
  const isUnbroken = head.page_number === way.length + 1 && way.every((number, at) => number === at + 1);
  const pages = [...fetches.values()]
    .filter((row) => row === head || head.lineage.includes(row.fetch_id))
    .sort((a, b) => a.page_number - b.page_number);
  const times = pages.map((row) => row.completed_at).sort();
  return {
    head,
    pages,
    isComplete: endsList(head) && isUnbroken,
    isUnreadable: pages.some((page) => (page.unreadable_friends ?? 0) > 0),
    isEnded: (endsList(head) || endsCheck(head)) && isUnbroken,
    mode: head.mode ?? 'full',
    friends: friendsOf(pages),
    unknown: new Set(pages.flatMap((page) => page.unknown_friends)),
    first: times[0] ?? '',
    last: times.at(-1) ?? '',
  };
}

/** The earliest row that ended the list, or its check; else the page furthest on. */
function headOf(fetches: PageRow[]): PageRow {
  const earliestFirst = fetches.sort(
    (a, b) => compare(a.completed_at, b.completed_at) || compare(a.fetch_id, b.fetch_id),
  );
  const last = Math.max(...fetches.map((row) => row.page_number));
  const furthest = earliestFirst.filter((row) => row.page_number === last);
  const head =
    earliestFirst.find((row) => endsList(row) || endsCheck(row)) ??
    furthest.find((row) => row.outcome === 'scraped') ??
    furthest[0];
  if (!head) throw new Error('a chain needs a page');
  return head;
}

function friendsOf(pages: PageRow[]): Chain['friends'] {
  const shown = new Map<string, Chain['friends'][number]>();
  for (const page of pages)
    for (const { position, ...account } of page.friends)
      if (!shown.has(account.id)) {
        const { id, username } = account;
        shown.set(id, { id, username, position, page, account });
      }
  return [...shown.values()];
}
