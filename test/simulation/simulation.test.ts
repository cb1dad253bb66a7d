import { describe, expect, test } from 'vitest';
import { getPage } from '../../functions/getpage/handler.ts';
import type { CheckRecord } from '../../shared/check/record.ts';
import type { ProfileName } from './profiles.ts';
import { simulate } from './simulate.ts';
import { simulated } from './simulated.ts';
import { missingIn } from './tally.ts';

const SEEDS = 200;

describe('the services, with everything going wrong around them', () => {
  test(`${SEEDS} simulations: every promise holds at every step, and once faults stop everything ends`, async () => {
    const tally = await simulated(50, ['swarm'], SEEDS);
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

  /** `row.check` as it is stored, but for `flaw`. */
  const concluding =
    (flaw: (check: CheckRecord) => Partial<CheckRecord>): typeof getPage =>
    (event, ports) => {
      const store: typeof ports.pages.store = (row, pages) =>
        ports.pages.store({ ...row, check: row.check && { ...row.check, ...flaw(row.check) } }, pages);
      return getPage(event, { ...ports, pages: { ...ports.pages, store } });
    };

  test.each<[string, string, (check: CheckRecord) => Partial<CheckRecord>]>([
    [
      'friends that a check calls gone although it lists them',
      'absence',
      ({ frontier_id, missing }) => (frontier_id === null ? {} : { missing: [...missing, frontier_id] }),
    ],
    [
      'friends that a check calls gone whom nobody has ever listed',
      'absence',
      ({ ended_by, frontier_id }) => (ended_by && frontier_id !== null ? { missing: ['77'] } : {}),
    ],
    [
      'a check that goes on and calls somebody gone',
      'absence',
      ({ ended_by, missing }) => (ended_by ? {} : { missing: [...missing, '5001'] }),
    ],
    [
      'a shortage that is forgotten where nothing was found',
      'accounts',
      ({ ended_by }) => (ended_by === 'end' ? {} : { fewer: 0, unfound: 0, more: 0 }),
    ],
    [
      'a check that says that it rests on another',
      'accounts',
      ({ base_dispatch_id }) => ({ base_dispatch_id: `${base_dispatch_id}0` }),
    ],
  ])('%s', async (_, promise, flaw) => {
    expect(await brokenBy(concluding(flaw), 'checks')).toBe(promise);
  });
});
