import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostPages, nextPageSize } from '../../../shared/check/next-page.ts';
import { known, planOf } from './support/check-of.ts';

/** The sizes that are asked for where X returns that share of each page. */
function sizes(plan: ReturnType<typeof planOf>, returned = 1): number[] {
  const asked: number[] = [];
  let friends = 0;
  for (;;) {
    const size = nextPageSize(plan, { pages: asked.length, friends });
    if (size === null) return asked;
    asked.push(size);
    friends += Math.floor(size * returned);
  }
}

describe('sizes of pages', () => {
  test.each([
    ['a head of 3, then more, as far as a head may cost', { known: known(1000) }, [3, 12, 8]],
    ['a head of 1 of a short list', { known: known(200) }, [1, 4, 10, 6]],
    ['for each follow that the count shows three more', { known: known(100), delta: 3 }, [1, 4, 10, 10, 5]],
    [
      'a search goes in small steps: what is read past its friend is paid for nothing',
      { known: known(120), delta: -1, maxFriends: 60 },
      [1, 4, 10, 10, 10, 10, 10, 5],
    ],
    [
      'a fortieth of a long list',
      { known: known(4001), delta: -1, maxFriends: 400 },
      [3, 12, 48, 100, 100, 100, 37],
    ],
    [
      'at most what X returns',
      { known: known(100_001), delta: -1, maxFriends: 2500 },
      [3, 12, 48, 192, 768, 1000, 477],
    ],
    [
      'the rest at once, where less is unread than of the interval has passed',
      { known: known(1001), delta: -1, keyframePassed: 0.95 },
      [3, 12, 25, 25, 935],
    ],
  ])('%s', (_, told, expected) => {
    expect(sizes(planOf(told))).toEqual(expected);
  });

  test('never sum up to more than max_friends, whatever X returns of them', () => {
    const told = fc.record({
      friends: fc.nat({ max: 3000 }),
      maxFriends: fc.nat({ max: 3000 }),
      keyframePassed: fc.double({ min: 0, max: 1, noNaN: true }),
      depth: fc.constantFrom('head' as const, 'search' as const),
      returned: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(told, ({ friends, returned, ...plan }) => {
        const asked = sizes(planOf({ ...plan, known: known(friends) }), returned);
        const got = asked.reduce((sum, size) => sum + Math.floor(size * returned), 0);
        expect(got).toBeLessThanOrEqual(plan.maxFriends);
        expect(asked.length).toBeLessThanOrEqual(mostPages({ count: friends, maxFriends: plan.maxFriends }));
        for (const size of asked) expect(size).toBeGreaterThan(0);
      }),
    );
  });
});
