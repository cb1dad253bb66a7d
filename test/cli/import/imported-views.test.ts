import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rowOf, storedPageOf } from '../../../functions/getpage/page-row.ts';
import { plainRows } from '../../../infra/cli/target/rows.ts';
import type { PageRequest } from '../../../shared/messages/page-request.ts';
import type { StoredPage } from '../../../shared/plan/chain.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { pageOutcome } from '../../../shared/x/outcome.ts';
import type { PageAnswer } from '../../../shared/x/types.ts';
import { startWarehouse } from '../../support/warehouse.ts';
import { dodoJson } from '../support/dodo.ts';
import { PARENT, sample, sampleLines, UNLISTED } from './archives.ts';

const on = await startWarehouse();
afterAll(() => on.close());
beforeEach(() => on.select('DELETE FROM completed_scrapes WHERE TRUE'));

const importDays = (...days: string[]) => dodoJson(['import', ...days.map(sample)], { env: on.env });

/** What Dodo stores of the same answers of X, at the same times. */
async function scrape(day: string): Promise<void> {
  const way: StoredPage[] = [];
  for (const line of sampleLines(day)) {
    const { __twarc: made, ...body } = JSON.parse(line);
    const nowMs = Date.parse(made.retrieved_at);
    const asked = { id: PARENT, paginationToken: way.at(-1)?.nextToken ?? null, now: nowMs };
    const answer = pageOutcome({ status: 200, headers: {}, body: JSON.stringify(body) }, asked);
    const request: PageRequest = {
      ...{ runId: `run of ${day}`, dispatchId: `dispatch of ${day}`, dispatchedAt: made.retrieved_at },
      ...{ job: { name: 'scraped' }, parent: { id: PARENT, username: 'my_own', friendsCount: 26 } },
      ...{ pageNumber: way.length + 1, totalPages: 3, pageSize: 10, maxFriends: 31 },
    };
    const fetch = { request, way: [...way], fetchId: randomUUID(), messageId: 'm', most: 10 };
    const row = rowOf(fetch, answer as PageAnswer, 0.01, nowMs);
    await createCompletedScrapes(on.context).append(row);
    way.push(storedPageOf(row));
  }
}

const rows = async (query: string) => plainRows(await on.select(query));
const RUNS = 'parent_username, run_id, job, dispatch_id';

/** All that analysts see of the lists and changes, but for the ids and names of runs. */
const seen = async () => ({
  changes: await rows(
    `SELECT * EXCEPT (${RUNS}, previous_dispatch_id) FROM friend_changes ORDER BY not_after, friend_id`,
  ),
  current: await rows(
    `SELECT * EXCEPT (${RUNS}, fetch_id) FROM current_friends ORDER BY page_number, position`,
  ),
  friends: await rows(
    `SELECT * EXCEPT (${RUNS}, fetch_id) FROM friends ORDER BY dispatched_at, page_number, position`,
  ),
  lists: await rows(
    `SELECT dispatched_at, state, reason, is_final, pages_done, total_pages, friends_listed, first_completed_at,
      last_completed_at, mode FROM dispatch_progress ORDER BY dispatched_at`,
  ),
});

const DAYS = ['day-1', 'day-2', 'day-3'];
async function allScraped(...days: string[]) {
  for (const day of days) await scrape(day);
  const shown = await seen();
  await on.select('DELETE FROM completed_scrapes WHERE TRUE');
  return shown;
}

let expected: Awaited<ReturnType<typeof seen>>;
beforeAll(async () => {
  expected = await allScraped(...DAYS);
});

describe('imported and scraped lists give the same changes as if all had been scraped', () => {
  test('of which there are some, and none of a friend that X named in errors', () => {
    const { changes, lists } = expected;
    const kinds = changes.map(({ change }) => change);
    expect(kinds).toEqual(expect.arrayContaining(['followed', 'no_longer_listed']));
    expect(changes.length).toBeGreaterThan(10);
    expect(changes.filter(({ friend_id }) => friend_id === UNLISTED)).toEqual([]);
    expect(lists.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  });

  test.each([
    ['all', DAYS],
    ['the first', ['day-1']],
    ['the one with errors', ['day-2']],
    ['the newest', ['day-3']],
  ])('where %s of three are imported', async (_, imported) => {
    for (const day of DAYS) if (!imported.includes(day)) await scrape(day);
    expect(await importDays(...imported)).toMatchObject({ complete: imported.length, partial: 0 });
    expect(await seen()).toEqual(expected);
  });

  test('and a flattened one is shown, but proves nothing: the changes are those without it', async () => {
    const { changes, current } = await allScraped('day-1', 'day-3');
    const { friends } = await allScraped('day-2');
    await scrape('day-1');
    expect(await importDays('day-2.flattened')).toMatchObject({ complete: 0, partial: 1, friends: 24 });
    await scrape('day-3');
    const shown = await seen();
    const [dispatchedAt] = friends.map(({ dispatched_at }) => dispatched_at);
    expect(shown.changes).toEqual(changes);
    // Day 2 says since when some of them were there.
    const ids = (of: typeof current) => of.map(({ friend_id }) => friend_id);
    expect(ids(shown.current)).toEqual(ids(current));
    expect(shown.friends.filter(({ dispatched_at }) => dispatched_at === dispatchedAt)).toEqual(friends);
    expect(shown.lists[1]).toMatchObject({ state: 'partial', reason: 'not_in_archive', is_final: true });
  });
});
