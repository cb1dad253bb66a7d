import fc from 'fast-check';
import { expect, it } from 'vitest';
import { costOf, plannedCostOf, sumUsd } from '../../../shared/x/prices.ts';

it('a full page costs $10 and a look-up one cent', () => {
  expect(costOf(1000, 0.01)).toBe(10);
  expect(costOf(1, 0.01)).toBe(0.01);
  expect(costOf(0, 0.01)).toBe(0);
});

it('a dispatch is planned as its friends and its look-up', () => {
  expect(plannedCostOf(1234, 0.01, 0.01)).toBe(12.35);
  expect(plannedCostOf(1234, 0.01, 0)).toBe(12.34);
  expect(plannedCostOf(3, 0.001, 0.01)).toBe(0.013);
});

it('sums are exact where sums of dollars are not', () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(sumUsd([0.1, 0.2])).toBe(0.3);
  expect(sumUsd(Array.from({ length: 100_000 }, () => 0.01))).toBe(1000);
  expect(sumUsd([])).toBe(0);
});

it('no cost has more than 6 decimals, and costs add up to the cost of the whole', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { maxLength: 50 });
  const price = fc.integer({ min: 0, max: 2_000_000 }).map((micros) => micros / 1_000_000);
  fc.assert(
    fc.property(counts, price, (friends, usd) => {
      const costs = friends.map((count) => costOf(count, usd));
      for (const cost of costs) expect(String(cost)).toMatch(/^\d+(\.\d{1,6})?$/);
      expect(sumUsd(costs)).toBe(
        costOf(
          friends.reduce((sum, count) => sum + count, 0),
          usd,
        ),
      );
    }),
  );
});
