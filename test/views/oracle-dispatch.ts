import type { Row } from './rows.ts';

export interface Page {
  row: Row;
  number: number;
  fetchId: string;
  lineage: string[];
  completedAt: string;
  isScraped: boolean;
  endsList: boolean;
}

/** The pages of one dispatch and what is shown of them. */
export interface Dispatch {
  id: string;
  run: string;
  dispatchedAt: string;
  parentId: string;
  parentUsername: string;
  pages: Page[];
  head: Page;
  chain: Page[];
  isComplete: boolean;
  first: string;
  last: string;
  friends: Row[];
}

export type IsForgotten = (id: unknown, username: unknown) => boolean;

export const text = (value: unknown): string => String(value);

export function byCompletion(a: Dispatch, b: Dispatch): number {
  return compare(a.last, b.last) || compare(a.id, b.id);
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `rows`: the pages of one dispatch, each once. */
export function dispatchOf(rows: Row[], isForgotten: IsForgotten): Dispatch {
  const pages = rows.map(pageOf);
  const head = headOf(pages);
  const chain = pages.filter((page) => page === head || head.lineage.includes(page.fetchId));
  const way = head.lineage.map((fetchId) => pages.find((page) => page.fetchId === fetchId)?.number);
  const isUnbroken = head.number === way.length + 1 && way.every((number, index) => number === index + 1);
  const times = chain.map(({ completedAt }) => completedAt).sort();
  const { dispatch_id, run_id, dispatched_at, parent_id, parent_username } = head.row;
  return {
    id: text(dispatch_id),
    run: text(run_id),
    dispatchedAt: text(dispatched_at),
    parentId: text(parent_id),
    parentUsername: text(parent_username),
    pages,
    head,
    chain,
    isComplete: head.endsList && isUnbroken,
    first: times[0] ?? '',
    last: times.at(-1) ?? '',
    friends: friendsOf(chain, isForgotten),
  };
}

function pageOf(row: Row): Page {
  const isScraped = row.outcome === 'scraped';
  return {
    row,
    number: Number(row.page_number),
    fetchId: text(row.fetch_id),
    lineage: row.lineage as string[],
    completedAt: text(row.completed_at),
    isScraped,
    endsList: isScraped && row.next_token === null,
  };
}

function headOf(pages: Page[]): Page {
  const earliestFirst = pages.toSorted(
    (a, b) => compare(a.completedAt, b.completedAt) || compare(a.fetchId, b.fetchId),
  );
  const furthest = earliestFirst.filter(
    ({ number }) => number === Math.max(...pages.map((page) => page.number)),
  );
  const head =
    earliestFirst.find((page) => page.endsList) ?? furthest.find((page) => page.isScraped) ?? furthest[0];
  if (head === undefined) throw new Error('a dispatch without a page');
  return head;
}

function friendsOf(chain: Page[], isForgotten: IsForgotten): Row[] {
  const shown = new Map<string, Row>();
  for (const page of chain.toSorted((a, b) => a.number - b.number)) {
    for (const friend of page.row.friends as { position: number; id: string; username: string }[]) {
      if (shown.has(friend.id) || isForgotten(friend.id, friend.username)) continue;
      const { run_id, dispatch_id, dispatched_at, parent_id, parent_username, page_number, completed_at } =
        page.row as Record<string, string>;
      const keys = {
        run_id,
        dispatch_id,
        dispatched_at,
        parent_id,
        parent_username,
        page_number,
        completed_at,
      } as Row;
      shown.set(friend.id, {
        ...keys,
        position: friend.position,
        friend_id: friend.id,
        friend_username: friend.username,
      });
    }
  }
  return [...shown.values()];
}
