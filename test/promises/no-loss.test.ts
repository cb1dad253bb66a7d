import { describe, expect, test } from 'vitest';
import { simulated, timesOf } from '../simulation/simulated.ts';
import type { Simulation } from '../simulation/simulation.ts';

const WORLDS = 12;

/** Pages that X has handed over and been paid for, and that no row tells of although the list did not end before them. */
function lostPages({ checks, tables }: Simulation): string[] {
  const fetches = [...checks.purchases.fetches.values()].filter(({ truth }) => truth?.kind === 'page');
  return fetches.flatMap(({ id, by }) => {
    const { dispatchId = '?', pageNumber = 0 } = by.page ?? {};
    const rows = tables.pages.get(dispatchId) ?? [];
    const isStored = rows.some((row) => row.page_number === pageNumber);
    const hasEndedBefore = rows.some(
      (row) => row.page_number < pageNumber && (row.outcome === 'unavailable' || row.next_token === null),
    );
    return isStored || hasEndedBefore ? [] : [`page ${pageNumber} of ${dispatchId}, fetched as ${id}`];
  });
}

describe('No loss: a page that X returned is stored, or the message comes again; an accepted parent is either paged to the end of its list or visibly not, with the reason', () => {
  test('functions die, BigQuery refuses and goes away: every page that X returned is stored in the end', async () => {
    const lost: string[] = [];
    const tally = await simulated(1000, ['crashes', 'warehouse', 'publishing'], WORLDS, (sim) => {
      lost.push(...lostPages(sim));
    });
    expect(lost).toEqual([]);
    expect(
      timesOf(tally, /^crash getpage\/(after x|before scrapes)/),
      'rows lost with a process',
    ).toBeGreaterThan(0);
    expect(timesOf(tally, /^append (failed|unknown)/), 'appends that failed').toBeGreaterThan(10);
    expect(timesOf(tally, /^publish (failed|unknown)/), 'publishes that failed').toBeGreaterThan(10);
    expect(tally.bought).toBeGreaterThan(100);
  });

  test('lists move, loop and close: every accepted parent is complete, or says why it is not', async () => {
    const tally = await simulated(1000, ['moving', 'lists', 'requests'], WORLDS);
    expect(timesOf(tally, /^ended complete/)).toBeGreaterThan(50);
    expect(timesOf(tally, /^ended partial: \w/), 'lists that broke off, with the reason').toBeGreaterThan(5);
    expect(timesOf(tally, /^ended unavailable: \w/), 'parents that cannot be read').toBeGreaterThan(5);
    expect(timesOf(tally, /^ended (running|stalled)/)).toBe(0);
  });
});
