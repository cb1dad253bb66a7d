import { expect } from 'vitest';
import { truthOf } from '../../support/runs.ts';
import type { TestStack } from '../../support/stack.ts';
import type { Again } from './again.ts';
import { PAGES } from './world.ts';

const PARENTS = Object.keys(PAGES).sort();

interface Calls {
  byEndpoint: Record<string, number>;
  byParentPage: Record<string, number>;
}

/** Nothing missing, nothing double: each list as X has it, in X's order, and no change between runs of one day. */
export async function listsAreWhole(on: TestStack, runId: string, pagesOf = PAGES): Promise<void> {
  const parents = Object.keys(pagesOf).sort();
  const progress = await on.select(
    `SELECT parent_username, state, reason, pages_done FROM dispatch_progress WHERE run_id = '${runId}' ORDER BY parent_username`,
  );
  expect(progress).toEqual(
    parents.map((parent_username) => ({
      ...{ parent_username, state: 'complete', reason: null },
      pages_done: pagesOf[parent_username],
    })),
  );
  const friends = await on.select(
    `SELECT parent_username, friend_id FROM friends WHERE run_id = '${runId}' ORDER BY page_number, position`,
  );
  for (const parent of parents) {
    const listed = friends.filter((row) => row.parent_username === parent).map((row) => row.friend_id);
    expect(listed, parent).toEqual((await truthOf(on, parent)).friends.map(({ id }) => id));
  }
  expect(await on.select('SELECT * FROM friend_changes')).toEqual([]);
}

/** Each page was asked for by the token of the one before it, and its row names all fetches before it. */
export async function chainsAreUnbroken(on: TestStack, runId: string): Promise<void> {
  const rows = await on.select(
    `SELECT parent_username, page_number, page_token, next_token, fetch_id, lineage FROM completed_scrapes WHERE run_id = '${runId}' ORDER BY parent_username, page_number`,
  );
  for (const parent of PARENTS) {
    const pages = rows.filter((row) => row.parent_username === parent);
    const numbers = Array.from({ length: PAGES[parent] ?? 0 }, (_, index) => index + 1);
    // One row a page: none was bought that was stored already.
    expect(
      pages.map((page) => page.page_number),
      `pages of ${parent}`,
    ).toEqual(numbers);
    const tokens = pages.map((page) => page.next_token);
    expect(pages.map((page) => page.page_token)).toEqual([null, ...tokens.slice(0, -1)]);
    expect(tokens.at(-1)).toBeNull();
    const fetches = pages.map((page) => page.fetch_id);
    for (const [index, page] of pages.entries()) expect(page.lineage).toEqual(fetches.slice(0, index));
  }
}

/** What X was asked for, by X's own count since the last reset. */
export async function paidOnceExcept(on: TestStack, again: Again): Promise<void> {
  const { byEndpoint, byParentPage } = (await on.sim('calls')) as Calls;
  const once = PARENTS.flatMap((parent) =>
    Array.from({ length: PAGES[parent] ?? 0 }, (_, index) => `${parent}/${index + 1}`),
  );
  expect(Object.keys(byParentPage).sort()).toEqual(once.sort());
  const twice = Object.entries(byParentPage).filter(([, times]) => times > 1);
  for (const [page, times] of twice) expect(times, page).toBe(2);
  const ofParents = twice.map(([page]) => page.split('/')[0]);
  expect(new Set(ofParents).size, 'at most one page of a parent').toBe(twice.length);
  const [least, most] = again.pages;
  expect(twice.length).toBeGreaterThanOrEqual(least);
  expect(twice.length).toBeLessThanOrEqual(most);
  expect(byEndpoint['users/by'], 'look-ups of parents').toBe(1 + again.parents);
  expect(byEndpoint.users, 'look-ups of the grandparent').toBe(1 + again.grandparents);
}

/** One planning of each parent, of a list that goes on one more; and what X said of the others is recorded. */
export async function restIsRecorded(
  on: TestStack,
  runId: string,
  unusable: string[],
  observations: number,
): Promise<void> {
  const plans = await on.select(
    `SELECT parent_username, COUNT(*) AS rows_ FROM dispatches WHERE run_id = '${runId}' GROUP BY parent_username ORDER BY parent_username`,
  );
  const rowsOf = (parent: string) => (parent === 'goes_on' ? 2 : 1);
  expect(plans).toEqual(
    PARENTS.map((parent_username) => ({ parent_username, rows_: rowsOf(parent_username) })),
  );
  const observed = await on.select(
    `SELECT role, status, COUNT(*) AS rows_ FROM account_metadata WHERE run_id = '${runId}' GROUP BY role, status ORDER BY role`,
  );
  expect(observed).toEqual([
    { role: 'grandparent', status: 'active', rows_: 1 },
    { role: 'parent', status: 'active', rows_: observations },
  ]);
  const ids = unusable.map((id) => `'${id}'`).join();
  const rejected = await on.select(
    `SELECT DISTINCT message_id FROM rejected_messages WHERE message_id IN (${ids})`,
  );
  expect(rejected).toHaveLength(unusable.length);
}
