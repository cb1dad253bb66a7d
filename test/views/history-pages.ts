import type { CleanPages, SketchedDispatch, TangledPages } from './history.ts';
import type { Names } from './history-names.ts';
import type { Row } from './rows.ts';

const REASONS = ['protected', 'suspended', 'refused'];

/** The rows of `completed_scrapes` of one dispatch; `keys`: the columns that they share. */
export function pageRows(dispatch: SketchedDispatch, keys: Row, names: Names): Row[] {
  const { pages } = dispatch;
  return pages.kind === 'clean'
    ? cleanRows(pages, dispatch, keys, names)
    : tangledRows(pages, dispatch, keys, names);
}

function cleanRows(
  { friends, pageSize }: CleanPages,
  { tick, nameVersion }: SketchedDispatch,
  keys: Row,
  names: Names,
): Row[] {
  const rows: Row[] = [];
  for (let from = 0; from === 0 || from < friends.length; from += pageSize) {
    rows.push(
      pageRow(keys, {
        fetch: names.of(`${keys.dispatch_id}-fetch`, rows.length),
        lineage: rows.map((row) => String(row.fetch_id)),
        end: from + pageSize >= friends.length ? 'ends' : 'more',
        friends: friends
          .slice(from, from + pageSize)
          .map((account) => [names.id(account), names.username(account, nameVersion)]),
        completedAt: names.time(tick + rows.length),
      }),
    );
  }
  return rows;
}

function tangledRows(
  { fetches }: TangledPages,
  { tick, nameVersion }: SketchedDispatch,
  keys: Row,
  names: Names,
): Row[] {
  const rows: Row[] = [];
  let now = tick;
  fetches.forEach((sketch, number) => {
    now += sketch.ticks;
    // 0 is a first page; else the page after one of those that go on.
    const goOn = rows.filter((row) => row.next_token !== null);
    const before = sketch.before === 0 ? undefined : goOn[(sketch.before - 1) % Math.max(1, goOn.length)];
    rows.push(
      pageRow(keys, {
        fetch: names.of(`${keys.dispatch_id}-fetch`, number),
        lineage: before ? [...(before.lineage as string[]), String(before.fetch_id)] : [],
        end: sketch.end,
        friends: sketch.friends.map((account) => [names.id(account), names.username(account, nameVersion)]),
        completedAt: names.time(now),
      }),
    );
  });
  return rows.filter((_, number) => fetches[number]?.lost !== true);
}

interface SketchedPage {
  fetch: string;
  lineage: string[];
  end: 'more' | 'ends' | 'unavailable';
  friends: [id: string, username: string][];
  completedAt: string;
}

function pageRow(keys: Row, { fetch, lineage, end, friends, completedAt }: SketchedPage): Row {
  const number = lineage.length + 1;
  return {
    ...keys,
    page_number: number,
    total_pages: 3,
    page_size: 2,
    friends_count: 5,
    outcome: end === 'unavailable' ? 'unavailable' : 'scraped',
    reason: end === 'unavailable' ? (REASONS[number % REASONS.length] ?? null) : null,
    next_token: end === 'more' ? `token after ${fetch}` : null,
    fetch_id: fetch,
    lineage,
    friend_count: friends.length,
    friends: friends.map(([id, username], index) => ({ position: index + 1, id, username })),
    cost_usd: friends.length / 100,
    completed_at: completedAt,
  };
}
