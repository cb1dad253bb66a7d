import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateOf, type History } from '../../../infra/cli/plan/cost-estimate.ts';
import { waitSeconds } from '../../../infra/cli/plan/rate-limit.ts';
import { readConfig } from '../../../shared/config.ts';
import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { createGate } from '../../../shared/x/gate.ts';
import { LimitedX } from '../../shared/x/limited-x.ts';
import { DrivenClock } from '../../support/driven-clock.ts';

const config = readConfig({ PRICE_PER_USER_USD: '0.02' });
const SEEN_MS = Date.parse('2026-11-20T08:00:00Z');

/** `counts`: of plans, by username; null: X has told none. Nobody else was ever seen. */
const estimated = (parents: RequestedParent[], counts: Record<string, number | null> = {}) => {
  const of = ({ username }: RequestedParent) => counts[username.toLowerCase()];
  const history: History = {
    countOf: (parent) => {
      const friendsCount = of(parent) ?? undefined;
      return friendsCount === undefined ? undefined : { friendsCount, from: 'plan', atMs: SEEN_MS };
    },
    standingOf: (parent) => (of(parent) === undefined ? 'never seen' : 'there'),
  };
  return estimateOf(parents, history, { pageSize: 1000, config });
};

describe('an estimate', () => {
  test('takes counts from the request before those from history, and says for how many there is none', () => {
    const parents = [
      { username: 'given', id: '1', friendsCount: 2001 },
      { username: 'counted', friendsCount: 10 },
      { username: 'Seen' },
      { username: 'unseen' },
    ];
    expect(estimated(parents, { given: 9, seen: 1000 })).toEqual({
      ...{
        accounts: 4,
        accountsWithUnknownCount: 1,
        accountsNeverSeen: 1,
        isFloor: false,
        lookups: 3,
        pages: 3 + 1 + 1,
        calls: 3 + 1 + 1 + 1,
      },
      // 21 and 5 friends more; the page of the last list has no room for any.
      ...{ costUsd: 30.17, committedUsd: 30.43, seconds: 0 },
      counts: [
        { from: 'request', accounts: 2, oldest: null, newest: null },
        { from: 'plan', accounts: 1, oldest: '2026-11-20T08:00:00.000Z', newest: '2026-11-20T08:00:00.000Z' },
      ],
    });
  });

  test.each<[what: string, isFloor: boolean, parents: string[]]>([
    ['an account that X knows and told no count of: its look-up costs that in any case', true, ['uncounted']],
    ['one that was never seen, which X may not find, and not charge for', false, ['unseen']],
    ['a count that is known, which may have fallen', false, ['seen']],
    ['some of each', false, ['uncounted', 'seen']],
    ['one that X knows and one that was never seen', false, ['uncounted', 'unseen']],
  ])('of %s: a floor is %s', (_, isFloor, usernames) => {
    const parents = usernames.map((username) => ({ username }));
    expect(estimated(parents, { seen: 5, uncounted: null })).toMatchObject({ isFloor });
  });

  test('counts one page for an empty list, since only X can say that it is empty', () => {
    const empty = { username: 'empty', id: '1', friendsCount: 0 };
    expect(estimated([empty])).toMatchObject({ pages: 1, calls: 1, costUsd: 0, committedUsd: 0.05 });
  });

  test('counts one call for the look-ups of a chunk of 100 parents, and none for a chunk without any', () => {
    const parents = Array.from({ length: 250 }, (_, index) => ({
      username: `p${index}`,
      friendsCount: 1,
      ...(index >= 100 && index < 200 ? { id: `${index}` } : {}),
    }));
    expect(estimated(parents)).toMatchObject({ lookups: 150, calls: 250 + 2, pages: 250 });
  });

  test('costs what its parts cost, to the micro-dollar', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 50 }), (counts) => {
        const parents = counts.map((friendsCount) => ({ username: 'x', id: '1', friendsCount }));
        const { costUsd, committedUsd } = estimated(parents);
        expect(costUsd).toBe(counts.reduce((sum, count) => sum + count, 0) / 100);
        expect(committedUsd).toBeGreaterThanOrEqual(costUsd);
      }),
    );
  });
});

describe('the time at a limit', () => {
  test.each([
    [0, 0],
    [1, 0],
    [150, 0],
    [225, 450],
    [300, 900],
    [450, 900],
    [600, 1800],
  ])('of %i calls at 300 per 900 s is %i s', (calls, seconds) => {
    expect(waitSeconds(calls, config)).toBe(seconds);
  });

  test.each([20, 150, 200, 300, 420, 700])('of %i calls is what the gate takes for them', async (calls) => {
    const clock = new DrivenClock();
    const x = new LimitedX({ clock });
    const gate = createGate({ endpoint: 'following', clock });
    const startMs = clock.now();
    let lastMs = startMs;
    const one = async () => {
      const permit = await gate.acquire(startMs + 10_000_000);
      permit.settle(await x.call());
      lastMs = clock.now();
    };
    const all = Promise.all(Array.from({ length: calls }, one));
    await clock.advance(5_000_000);
    await all;
    const taken = (lastMs - startMs) / 1000;
    expect(Math.abs(waitSeconds(calls, config) - taken)).toBeLessThanOrEqual(0.03 * taken + 20);
  });
});
