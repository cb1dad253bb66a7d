import { describe, expect, test } from 'vitest';
import { getPage } from '../../functions/getpage/handler.ts';
import type { ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import { simulated } from './simulated.ts';
import { missingIn } from './tally.ts';

const SEEDS = 200;

describe('the services, with everything going wrong around them', () => {
  test(`${SEEDS} simulations: every promise holds at every step, and once faults stop everything ends`, async () => {
    const tally = await simulated(0, ['swarm'], SEEDS);
    expect(missingIn(tally), 'what did not happen in any of them').toEqual([]);
  });

  test('a seed has one history: it can be replayed', async () => {
    const [once, again] = [
      await simulate({ seed: 7, trace: true }),
      await simulate({ seed: 7, trace: true }),
    ];
    expect(once.trace.length).toBeGreaterThan(20);
    expect(again).toEqual(once);
  });
});

describe('the simulation notices', () => {
  /** The promise that is found broken with `getPageInstead`; null: none in 60 simulations. */
  async function brokenBy(getPageInstead: typeof getPage, profile: ProfileName): Promise<string | null> {
    for (let seed = 0; seed < 60; seed++) {
      const { failure } = await simulate({ seed, profile, handlers: { getPage: getPageInstead } });
      if (failure) return failure.promise;
    }
    return null;
  }

  test('pages that are stored without the lineage that they were fetched by', async () => {
    const forgetful: typeof getPage = (event, ports) => {
      const store: typeof ports.pages.store = (row, pages) =>
        ports.pages.store({ ...row, lineage: [] }, pages);
      return getPage(event, { ...ports, pages: { ...ports.pages, store } });
    };
    expect(await brokenBy(forgetful, 'calm')).toBe('honest end');
  });

  test('messages that are acked although their page is not stored', async () => {
    const careless: typeof getPage = (event, ports) => getPage(event, ports).catch(() => 'stored');
    expect(await brokenBy(careless, 'delivery')).toBe('progress');
  });

  test('pages that are bought although they are stored', async () => {
    const blind: typeof getPage = (event, ports) => {
      const pagesOf: typeof ports.pages.pagesOf = async (request) =>
        (await ports.pages.pagesOf(request)).filter((page) => page.pageNumber !== request.pageNumber);
      return getPage(event, { ...ports, pages: { ...ports.pages, pagesOf } });
    };
    expect(await brokenBy(blind, 'delivery')).toBe('cheap');
  });
});
