import { describe, expect, test } from 'vitest';
import { align } from '../../../shared/check/align.ts';
import { type OrderCounts, orderHealth, orderOf } from '../../../shared/check/order-health.ts';
import { known, words } from './support/check-of.ts';

const countsOf = (listed: string, former = '', active = ''): number[] => {
  const list = { ids: known(10), former: new Set(words(former)) };
  const counts = orderOf(align(list.ids, words(listed)), list, words(active));
  return [counts.compared, counts.displaced, counts.newOnTop, counts.newBelow];
};

describe('what a read says of the order of the list', () => {
  test.each([
    ['all as known', countsOf('K0 K1 K2'), [3, 0, 0, 0]],
    ['a new friend on top', countsOf('N K0 K1'), [2, 0, 1, 0]],
    ['followed anew: on top, as it must be', countsOf('K5 K0 K1'), [3, 0, 0, 0]],
    ['one out of its place', countsOf('K0 K1 K7 K2 K3'), [5, 1, 0, 0]],
    ['a new friend below known ones', countsOf('K0 N K1'), [2, 0, 0, 1]],
    ['a friend that was gone is back at its old place', countsOf('K0 G K1', 'G'), [2, 0, 0, 0]],
    ['one that was missing though active is back at its place', countsOf('K0 K1 K2', '', 'K1'), [3, 1, 0, 0]],
    [
      'one that was called gone though active is back at its place',
      countsOf('K0 G K1', 'G', 'G'),
      [2, 1, 0, 0],
    ],
    ['one that was called gone was followed anew', countsOf('G K0 K1', 'G', 'G'), [2, 0, 0, 0]],
  ])('%s', (_, counts, expected) => {
    expect(counts).toEqual(expected);
  });
});

describe('the health of the order', () => {
  const counts = (more: Partial<OrderCounts>): OrderCounts => ({
    compared: 1000,
    displaced: 0,
    newOnTop: 0,
    newBelow: 0,
    ...more,
  });
  const times = (number: number, more: Partial<OrderCounts>) =>
    Array.from({ length: number }, () => counts(more));

  test.each([
    ['nothing was read', [], 'sound'],
    ['all as known', times(50, { newOnTop: 2 }), 'sound'],
    ['one friend was out of its place, and back in the next read', times(2, { displaced: 1 }), 'suspect'],
    ['another one', times(3, { displaced: 1 }), 'broken'],
    ['more than a hundredth of one read', [counts({ displaced: 11 })], 'broken'],
    ['less than that', [counts({ displaced: 9 })], 'suspect'],
    ['a hundredth of a short list is one odd friend', [counts({ compared: 40, displaced: 2 })], 'suspect'],
    ['new friends stand anywhere', times(10, { newOnTop: 1, newBelow: 3 }), 'broken'],
    ['friends return at their old places', times(10, { newOnTop: 1, newBelow: 1 }), 'sound'],
    ['many do, and far more are new on top', times(10, { newOnTop: 30, newBelow: 3 }), 'sound'],
  ])('%s: %s', (_, reads, expected) => {
    expect(orderHealth(reads)).toBe(expected);
  });
});
