import { counted, minuteOf } from '../terminal/figures.ts';
import { archivedPages } from './archived-pages.ts';
import { Chains, type PlacedPage } from './chains.ts';

/** What archives hold. */
export interface Survey {
  lists: number;
  /** Lists of which every page is there, from the first to the one that ends it. */
  complete: number;
  pages: number;
  friends: number;
  parentIds: Set<string>;
  /** When its pages were retrieved, in ms since 1970. */
  firstMs: number;
  lastMs: number;
  /** Of the servers that they were retrieved from. */
  hosts: Set<string>;
}

/** Pages of archives, each in its list. The files are one archive: a list may go on in the next. Throws WrongUsage. */
export async function* placedPages(files: string[], nowMs: number): AsyncGenerator<PlacedPage> {
  const chains = new Chains();
  for (const file of files) for await (const page of archivedPages(file, nowMs)) yield chains.place(page);
}

/** Reads all of them, so that nothing is stored where a line is none; `tell` hears how far it is. Throws WrongUsage. */
export async function survey(files: string[], nowMs: number, tell: (pages: number) => void): Promise<Survey> {
  const ids = { fetches: new Set<string>(), lists: new Set<string>(), complete: new Set<string>() };
  const found: Survey = {
    ...{ lists: 0, complete: 0, pages: 0, friends: 0, parentIds: new Set<string>() },
    hosts: new Set<string>(),
    ...{ firstMs: Number.POSITIVE_INFINITY, lastMs: 0 },
  };
  for await (const page of placedPages(files, nowMs)) {
    const { list, fetchId, answer, retrievedAtMs, host, endsList } = page;
    if (ids.fetches.has(fetchId)) continue;
    ids.fetches.add(fetchId);
    ids.lists.add(list.dispatchId);
    if (endsList) ids.complete.add(list.dispatchId);
    found.parentIds.add(list.parentId);
    found.hosts.add(host);
    found.pages++;
    found.friends += answer.kind === 'scraped' ? answer.friends.length : 0;
    found.firstMs = Math.min(found.firstMs, retrievedAtMs);
    found.lastMs = Math.max(found.lastMs, retrievedAtMs);
    tell(found.pages);
  }
  return { ...found, lists: ids.lists.size, complete: ids.complete.size };
}

/** "12 lists of 3 parents (10 complete, 2 partial), 48 pages, 41,000 friends, retrieved …". */
export function surveyText(of: Survey): string {
  const { lists, complete, pages, friends, parentIds, firstMs, lastMs } = of;
  const days = [...new Set([firstMs, lastMs].map(minuteOf))].join(' to ');
  return `${counted(lists, 'list')} of ${counted(parentIds.size, 'parent')} (${complete} complete, ${lists - complete} partial), ${counted(pages, 'page')}, ${counted(friends, 'friend')}, retrieved ${days}`;
}
