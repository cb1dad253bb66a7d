import { rowOf, storedPageOf } from '../../../functions/getpage/page-row.ts';
import { systemClock } from '../../../shared/clock.ts';
import type { Config } from '../../../shared/config.ts';
import type { StoredPage } from '../../../shared/plan/chain.ts';
import { connectWarehouse } from '../../../shared/warehouse/client.ts';
import { createCompletedScrapes } from '../../../shared/warehouse/completed-scrapes.ts';
import { createX } from '../../../shared/x/client.ts';
import { type BenchParent, PAGE_SIZE } from './parents.ts';

/**
 * How the serial program did it: one process, one account after the other, one page after the other, each stored
 * as soon as it is there; nothing is asked about what was stored before. Same X client, same warehouse client.
 */
export function createOldWay(config: Config): (parent: BenchParent) => Promise<number> {
  const clock = systemClock;
  const { X_API_BASE_URL: baseUrl, X_BEARER_TOKEN: bearerToken, X_DEADLINE_MS: deadlineMs } = config;
  const x = createX({ baseUrl, bearerToken, deadlineMs, clock });
  const scrapes = createCompletedScrapes(connectWarehouse(config, clock));

  async function scrape(parent: BenchParent, pageNumber: number, before: StoredPage | undefined) {
    const paginationToken = before?.nextToken ?? null;
    const { answer } = await x.following({ id: parent.id, maxResults: PAGE_SIZE, paginationToken });
    if (answer.kind === 'wait') throw new Error(`the old way cannot wait: ${answer.detail}`);
    const fetch = {
      request: requestFor(parent, pageNumber),
      way: before ? [before] : [],
      fetchId: `${parent.id}/${pageNumber}`,
      messageId: '',
      most: PAGE_SIZE,
    };
    const row = rowOf(fetch, answer, config.PRICE_PER_FRIEND_USD, clock.now());
    await scrapes.append(row);
    return storedPageOf(row);
  }

  /** Returns the number of its pages. */
  return async (parent) => {
    let page: StoredPage | undefined;
    do page = await scrape(parent, (page?.pageNumber ?? 0) + 1, page);
    while (page.nextToken !== null);
    return page.pageNumber;
  };
}

function requestFor(parent: BenchParent, pageNumber: number) {
  const totalPages = Math.ceil(parent.friendsCount / PAGE_SIZE);
  return {
    runId: 'old-way',
    dispatchId: `old-way/${parent.id}`,
    dispatchedAt: new Date(systemClock.now()).toISOString(),
    job: { name: 'old-way' },
    parent: { ...parent },
    pageNumber,
    totalPages,
    pageSize: PAGE_SIZE,
    maxFriends: totalPages * PAGE_SIZE,
  };
}
