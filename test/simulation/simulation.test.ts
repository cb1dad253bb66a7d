import { describe, expect, test } from 'vitest';
import { getPage } from '../../functions/getpage/handler.ts';
import { pageDispatch } from '../../functions/pagedispatch/handler.ts';
import type { CheckRecord } from '../../shared/check/record.ts';
import { HOUR_MS } from '../../shared/times.ts';
import type { History } from '../../shared/warehouse/histories.ts';
import { Absences } from './absences.ts';
import type { ProfileName } from './profiles.ts';
import type { Handlers } from './services.ts';
import { simulate } from './simulate.ts';
import { simulated } from './simulated.ts';
import type { Simulation } from './simulation.ts';
import { missingIn } from './tally.ts';

const SEEDS = 400;

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
  const brokenBy = (getPageInstead: typeof getPage, profile: ProfileName) =>
    brokenWith({ getPage: getPageInstead }, profile);

  async function brokenWith(handlers: Partial<Handlers>, profile: ProfileName): Promise<string | null> {
    for (let seed = 0; seed < 60; seed++) {
      const { failure } = await simulate({ seed, profile, handlers });
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

  test('friends that are to be forgotten, whom a check tells of', async () => {
    const telling: typeof getPage = (event, ports) => {
      const of: typeof ports.comparisons.of = async (...asked) => {
        const comparison = await ports.comparisons.of(...asked);
        return comparison && { ...comparison, forgotten: { ids: [], usernames: [] } };
      };
      return getPage(event, { ...ports, comparisons: { ...ports.comparisons, of } });
    };
    expect(await brokenBy(telling, 'checks')).toBe('forgotten');
  });

  /** A planner that knows of its parents' histories what `seen` leaves of it. */
  const planning =
    (seen: (history: History) => History): typeof pageDispatch =>
    (event, ports) => {
      const of: typeof ports.histories.of = async (...asked) =>
        new Map([...(await ports.histories.of(...asked))].map(([id, history]) => [id, seen(history)]));
      return pageDispatch(event, { ...ports, histories: { ...ports.histories, of } });
    };

  test.each<[string, string, (history: History) => History]>([
    ['lists that are checked though their order is broken', 'order', (of) => ({ ...of, order: [] })],
    [
      'lists that are taken for younger than they are',
      'keyframe',
      ({ reads, order }) => ({
        reads: reads.map((read) => ({ ...read, dispatchedAtMs: read.dispatchedAtMs + HOUR_MS })),
        order,
      }),
    ],
    [
      'a base that says that nothing is open, where something is',
      'accounts',
      ({ reads, order }) => ({
        reads: reads.map((read) => ({
          ...read,
          check: read.check && { ...read.check, fewer: 0, unfound: 0 },
        })),
        order,
      }),
    ],
  ])('%s', async (_, promise, seen) => {
    expect(await brokenWith({ pageDispatch: planning(seen) }, 'checks')).toBe(promise);
  });

  test('changes that never were', async () => {
    const promises = new Set<string | undefined>();
    const forgetsTheTruth = (sim: Simulation) => {
      for (const person of sim.x.people.values()) Object.assign(person, { absences: new Absences() });
      sim.checks.changes.allTold();
      promises.add(sim.failure?.promise);
    };
    for (let seed = 0; seed < 5; seed++) await simulate({ seed, profile: 'checks', atEnd: forgetsTheTruth });
    expect([...promises].filter((promise) => promise !== undefined)).toEqual(['true changes']);
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
