import { describe, expect, test } from 'vitest';
import { simulated, timesOf } from '../simulation/simulated.ts';

const WORLDS = 8;

describe('Announced: a list that has ended is announced, and never before its rows can be read', () => {
  // checks/announcements.ts: each announcement is what the views show at that moment, and no end is without one.
  test('whatever dies, is delivered twice, or is seen late', async () => {
    const tally = await simulated(9000, ['crashes', 'publishing', 'everything'], WORLDS);
    expect(timesOf(tally, /^announced complete/)).toBeGreaterThan(100);
    expect(timesOf(tally, /^announced unavailable/)).toBeGreaterThan(20);
    expect(timesOf(tally, /^waited: the end of a list is not to be seen yet/)).toBeGreaterThan(2);
    expect(timesOf(tally, /^crash getpage\/(before|after) bus.publish to changes/)).toBeGreaterThan(2);
  });

  test('by checks and by planners that find no room as well, with the changes that it brought', async () => {
    const tally = await simulated(9000, ['checks', 'budget', 'lists'], WORLDS);
    expect(timesOf(tally, /^announced (checked|open)/)).toBeGreaterThan(10);
    expect(timesOf(tally, /^announced over_budget/)).toBeGreaterThan(5);
    expect(timesOf(tally, /^announced partial/)).toBeGreaterThan(0);
    expect(timesOf(tally, /^announced changes/)).toBeGreaterThan(10);
  });
});
