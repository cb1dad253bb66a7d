import { beforeAll, describe, expect, test } from 'vitest';
import type { Row } from '../views/rows.ts';
import { openWarehouse } from '../views/warehouse.ts';
import { type Shown, shownAfter } from './shown.ts';

const WORLDS = 24;

let shown: Shown;
let progress: Row[];
/** Of each dispatch the friends that the views list. */
let listed: Map<unknown, Set<unknown>>;
openWarehouse();
beforeAll(async () => {
  shown = await shownAfter(3000, ['moving', 'everything'], WORLDS);
  progress = await shown.warehouse.rows('dispatch_progress');
  const friends = Map.groupBy(await shown.warehouse.rows('friends'), (row) => row.dispatch_id);
  listed = new Map([...friends].map(([id, rows]) => [id, new Set(rows.map((row) => row.friend_id))]));
});

/** What is wrong with these pages as a list from page 1 to X's end of it; null: nothing. */
function flawOf(pages: Row[]): string | null {
  let token: unknown = null;
  for (const [index, page] of pages.entries()) {
    if (page.page_number !== index + 1) return `page ${index + 1} is missing`;
    if (page.page_token !== token) return `page ${index + 1} does not follow from the one before`;
    if (page.outcome !== 'scraped') return `page ${index + 1} is ${page.outcome}`;
    token = page.next_token;
  }
  return token === null && pages.length > 0 ? null : 'the end of the list is missing';
}

describe('Honest end: "complete" means one unbroken chain from page 1 to the end of the list; changes are computed from nothing else', () => {
  test('a dispatch is complete where its chain is whole, and nowhere else', async () => {
    const stored = new Map(
      shown.rows.completed_scrapes.map((row) => [`${row.dispatch_id} ${row.fetch_id}`, row]),
    );
    const history = await shown.warehouse.rows('scrape_history', 'page_number');
    const chains = Map.groupBy(
      history.filter((row) => row.in_chain),
      (row) => row.dispatch_id,
    );
    const states = { complete: 0, other: 0 };
    for (const { dispatch_id, state } of progress) {
      const pages = (chains.get(dispatch_id) ?? []).map(
        (row) => stored.get(`${dispatch_id} ${row.fetch_id}`) ?? {},
      );
      states[state === 'complete' ? 'complete' : 'other']++;
      if (state === 'complete') expect(flawOf(pages), String(dispatch_id)).toBeNull();
      else expect(flawOf(pages), `${dispatch_id} is ${state}`).not.toBeNull();
    }
    expect(states.complete).toBeGreaterThan(50);
    expect(states.other).toBeGreaterThan(20);
  });

  test('a change stands between two dispatches of one parent that are complete, or checks that ended, and is true of both', async () => {
    const ended = new Map(progress.filter(isEnded).map((row) => [row.dispatch_id, row.parent_id]));
    const changes = await shown.warehouse.rows('friend_changes');
    for (const { parent_id, friend_id, change, dispatch_id, previous_dispatch_id } of changes) {
      expect(ended.get(dispatch_id)).toBe(parent_id);
      expect(ended.get(previous_dispatch_id)).toBe(parent_id);
      const [is, was] = [dispatch_id, previous_dispatch_id].map(
        (id) => listed.get(id)?.has(friend_id) ?? false,
      );
      expect([was, is], `${friend_id} ${change}`).toEqual(
        change === 'followed' || change === 'reappeared' ? [false, true] : [true, false],
      );
    }
    expect(changes.filter(({ change }) => change === 'followed').length).toBeGreaterThan(5);
    expect(changes.filter(({ change }) => change === 'no_longer_listed').length).toBeGreaterThan(3);
  });

  test('the newest complete list of a parent is its current one, also where a newer one broke off', async () => {
    const checked = new Set(progress.filter(({ mode }) => mode === 'check').map((row) => row.parent_id));
    const all = await shown.warehouse.rows('current_friends');
    const current = Map.groupBy(
      all.filter((row) => !checked.has(row.parent_id)),
      (row) => row.dispatch_id,
    );
    expect(current.size).toBeGreaterThan(20);
    for (const [id, rows] of current) {
      expect(progress.find((row) => row.dispatch_id === id)).toMatchObject({ state: 'complete' });
      expect(new Set(rows.map((row) => row.friend_id))).toEqual(listed.get(id));
    }
    // Of a parent that was checked since, each friend stands where it was seen last.
    const carried = all.filter((row) => checked.has(row.parent_id));
    expect(carried.length).toBeGreaterThan(20);
    for (const { dispatch_id, friend_id } of carried) expect(listed.get(dispatch_id)).toContain(friend_id);
  });
});

/** A whole list, or a check that says something: in a full read nothing but the first. */
const isEnded = ({ mode, state }: Row) =>
  state === 'complete' || (mode === 'check' && ['checked', 'open', 'unaligned'].includes(String(state)));
