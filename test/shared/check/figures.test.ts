import { describe, expect, test } from 'vitest';
import { figuresOf, misplacedFiguresOf } from '../../bench/support/checks/figures.ts';
import { PROFILES } from '../../bench/support/checks/profile.ts';
import { yearOf } from '../../bench/support/checks/year.ts';

/** A few of the years of `npm run bench -- --only checks`; the same seeds, the same figures, on every machine. */
const years = (friends: number, accounts: number, misplaced = 0) =>
  Array.from({ length: accounts }, (_, seed) =>
    yearOf({ friends, profile: PROFILES.typical, keyframeDays: 30, maxDepth: null, misplaced }, seed),
  );

describe('a year of checks', () => {
  test('of accounts with 100 friends: 6.5 % of the cost, 98 % of the unfollows within a day, nothing false', () => {
    const figures = figuresOf(years(100, 12));
    expect(figures.falseClaims).toBe(0);
    expect(figures.costRatio).toBeLessThanOrEqual(0.065);
    expect(figures.followsDay).toBeGreaterThanOrEqual(0.99);
    expect(figures.unfollowsDay).toBeGreaterThanOrEqual(0.98);
    expect(figures.unfollowsWeek).toBeGreaterThanOrEqual(0.99);
  });

  test('of accounts with 1,000 friends: 9 % of the cost, 95 % of the unfollows within a day, nothing false', () => {
    const figures = figuresOf(years(1000, 4));
    expect(figures.falseClaims).toBe(0);
    expect(figures.costRatio).toBeLessThanOrEqual(0.09);
    expect(figures.followsDay).toBeGreaterThanOrEqual(0.99);
    expect(figures.unfollowsDay).toBeGreaterThanOrEqual(0.95);
    expect(figures.unfollowsWeek).toBeGreaterThanOrEqual(0.99);
  });

  test('where X misplaces friends: at most two false claims in any of them, and it is noticed', () => {
    const figures = misplacedFiguresOf(years(1000, 8, 0.02));
    expect(figures.mostFalseClaims).toBeLessThanOrEqual(2);
    expect(figures.foundShare).toBeGreaterThanOrEqual(0.5);
  });
});
