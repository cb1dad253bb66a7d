import { describe, expect, test } from 'vitest';
import type { EndedDispatch } from '../../../shared/check/ended-dispatch.ts';
import { withoutSearch } from '../../../shared/check/plan.ts';
import { type CheckRequest, planCheck } from '../../../shared/check/plan-check.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { endedCheck, fullRead, requestOf } from './support/dispatches.ts';

const displaced = { compared: 1000, displaced: 50, newOnTop: 0, newBelow: 0 };
const unaligned = endedCheck('unaligned', { ended_by: 'limit', frontier_id: null });

describe('full or check', () => {
  test.each<[title: string, request: Partial<CheckRequest>, reason: string | null]>([
    ['a check', {}, null],
    ['never read before', { dispatches: [] }, 'no_base'],
    ['the last check was not aligned', { dispatches: [unaligned, fullRead('full')] }, 'unaligned'],
    ['read in full since then', { dispatches: [fullRead('new'), unaligned, fullRead('full')] }, null],
    [
      'what the base rests on is not there',
      { dispatches: [endedCheck('c', { base_dispatch_id: 'x' }), fullRead('full')] },
      'no_base',
    ],
    ['the order of the list is broken', { order: [displaced] }, 'order_broken'],
    ['the full read is 29.9 days old', { atMs: 29.9 * DAY_MS }, null],
    ['the full read is 30 days old', { atMs: 30 * DAY_MS }, 'keyframe'],
    ['another interval', { atMs: 3 * DAY_MS, keyframeDays: 3 }, 'keyframe'],
    [
      'a check read to the end: the next full read is due an interval later',
      {
        atMs: 40 * DAY_MS,
        dispatches: [
          endedCheck('whole', { ended_by: 'end' }, { dispatchedAtMs: 20 * DAY_MS }),
          fullRead('full'),
        ],
      },
      null,
    ],
  ])('%s', (_, request, reason) => {
    const planning = planCheck(requestOf(request));
    expect([planning.mode, planning.reason]).toEqual([reason === null ? 'check' : 'full', reason]);
  });

  test('the first full read that checks bring about is spread over the interval, by the id', () => {
    const dueDay = (parentId: string, full: Partial<EndedDispatch>) => {
      for (let day = 1; ; day++) {
        const request = { parentId, atMs: day * DAY_MS, dispatches: [fullRead('full', full)] };
        if (planCheck(requestOf(request)).mode === 'full') return day;
      }
    };
    const ids = Array.from({ length: 600 }, (_, n) => String(10n ** 18n + BigInt(n) * 4096n));
    const days = Map.groupBy(ids, (id) => dueDay(id, { modeReason: null }));
    expect(days.size).toBe(30);
    for (const [day, group] of days) {
      expect(day).toBeLessThanOrEqual(30);
      expect(group.length).toBeLessThan(3 * (600 / 30));
    }
    expect(dueDay('1', { modeReason: null })).toBe(dueDay('1', { modeReason: 'no_base' }));
    expect(dueDay('1', { modeReason: 'keyframe' })).toBe(30);
  });
});

describe('how many friends may be bought', () => {
  const afterCheck = (record: Parameters<typeof endedCheck>[1]) => ({
    dispatches: [endedCheck('base', record), fullRead('full')],
  });

  /** A search so deep was in vain, and then there was a check of the head, or whatever `since` says. */
  const afterSearch = (
    returned: number,
    more: Partial<CheckRequest>,
    since: Partial<EndedDispatch> = {},
  ) => ({
    ...more,
    dispatches: [
      endedCheck('base', { base_dispatch_id: 'search', fewer: 2, unfound: 2 }, since),
      endedCheck('search', { ended_by: 'limit', fewer: 2, unfound: 2 }, { returned }),
      fullRead('full'),
    ],
  });

  test.each<[title: string, request: Partial<CheckRequest>, depth: string, maxFriends: number]>([
    ['the count stands still', {}, 'head', 23],
    ['the count rose', { friendsCount: 1004 }, 'head', 35],
    [
      'a short list',
      { friendsCount: 150, dispatches: [fullRead('full', { friendsCount: 150 })] },
      'head',
      21,
    ],
    ['the count fell: down to the end', { friendsCount: 999 }, 'search', 999],
    ['the count fell: down to maxDepth', { friendsCount: 999, maxDepth: 400 }, 'search', 400],
    ['a maxDepth that is less than a head', { friendsCount: 999, maxDepth: 5 }, 'search', 23],
    ['somebody was missing before', afterCheck({ fewer: 1 }), 'search', 1000],
    ['and the count rose', { friendsCount: 1001, ...afterCheck({ fewer: 1 }) }, 'search', 1001],
    ['somebody whom a search has not found', afterCheck({ fewer: 2, unfound: 2 }), 'head', 23],
    ['and no deeper one is allowed', afterSearch(400, { maxDepth: 400 }), 'head', 23],
    ['nor one that is hardly deeper', afterSearch(400, { maxDepth: 440 }), 'head', 23],
    ['a deeper one is', afterSearch(400, { maxDepth: 441 }), 'search', 441],
    ['one to the end is', afterSearch(400, {}), 'search', 1000],
    [
      'a deeper one has not found them since',
      afterSearch(400, { maxDepth: 900 }, { returned: 900 }),
      'head',
      23,
    ],
    ['and one more', afterCheck({ fewer: 3, unfound: 2 }), 'search', 1000],
    ['more than X shows', afterCheck({ more: 3 }), 'head', 23],
    ['the count collapsed', { friendsCount: 499 }, 'collapsed', 3],
    ['to nothing', { friendsCount: 0 }, 'collapsed', 1],
    ['by half, no more', { friendsCount: 500 }, 'search', 500],
    [
      'a short list may lose most of it',
      { friendsCount: 2, dispatches: [fullRead('full', { friendsCount: 19 })] },
      'search',
      21,
    ],
  ])('%s', (_, request, depth, maxFriends) => {
    expect(planCheck(requestOf(request))).toMatchObject({ plan: { depth, maxFriends } });
  });

  test('a search that the budget does not allow becomes a look at the head', () => {
    const planning = planCheck(requestOf({ friendsCount: 990 }));
    if (planning.mode === 'full') throw new Error('a check was wanted');
    expect(withoutSearch(planning.plan, planning.headBound)).toEqual({
      ...planning.plan,
      depth: 'head',
      maxFriends: 23,
    });
  });

  test('after a search to the end that found nobody a day passes without one, then two, then four', () => {
    const firstSearch = (fruitless: number) => {
      const base = endedCheck('base', { ended_by: 'end', fruitless });
      for (let hours = 12; ; hours += 12) {
        const request = { atMs: hours * 3_600_000, friendsCount: 999, dispatches: [base] };
        const planning = planCheck(requestOf(request));
        if (planning.mode === 'check' && planning.plan.depth === 'search') return hours;
        expect(planning).toMatchObject({ reason: 'search_waits', plan: { depth: 'head', maxFriends: 23 } });
      }
    };
    expect([0, 1, 2, 3].map(firstSearch)).toEqual([12, 24, 48, 96]);
  });
});

describe('what a check takes over', () => {
  const base = endedCheck('base', {
    fewer: 2,
    unfound: 1,
    more: 3,
    missing: ['A', 'B'],
    withheld: ['C', 'D'],
  });
  const dispatches = [base, fullRead('full')];

  test('what the base left open, and of when it is', () => {
    expect(planCheck(requestOf({ dispatches, atMs: 15 * DAY_MS }))).toMatchObject({
      plan: {
        baseDispatchId: 'base',
        carried: { fewer: 2, unfound: 1, more: 3, fruitless: 0 },
        keyframePassed: 0.5,
      },
    });
  });

  test('what X has said of friends that were missing, and of nobody else', () => {
    const answers = [
      { id: 'C', status: 'suspended' as const },
      { id: 'D', status: 'not_found' as const },
      { id: 'B', status: 'active' as const },
      { id: 'X', status: 'suspended' as const },
    ];
    expect(planCheck(requestOf({ dispatches, answers }))).toMatchObject({
      plan: { answers: { suspended: ['C'], notFound: ['D'], active: ['B'] }, carried: { fewer: 2 } },
    });
  });

  test('one that was called gone turns out to be suspended: the count fell for somebody else', () => {
    const answers = [{ id: 'A', status: 'suspended' as const }];
    expect(planCheck(requestOf({ dispatches, answers }))).toMatchObject({ plan: { carried: { fewer: 3 } } });
    const whole = [endedCheck('whole', { ended_by: 'end', missing: ['A'] })];
    expect(planCheck(requestOf({ dispatches: whole, answers }))).toMatchObject({
      plan: { carried: { fewer: 0 } },
    });
  });

  test('more are missing than the count fell by, X calls all of them active: they are not looked for again', () => {
    const undecided = [endedCheck('base', { fewer: 1, withheld: ['C', 'D'] }), fullRead('full')];
    const active = (id: string) => ({ id, status: 'active' as const });
    expect(
      planCheck(requestOf({ dispatches: undecided, answers: [active('C'), active('D')] })),
    ).toMatchObject({
      plan: { depth: 'head', carried: { fewer: 1, unfound: 1 } },
    });
    expect(planCheck(requestOf({ dispatches: undecided, answers: [active('C')] }))).toMatchObject({
      plan: { depth: 'search', carried: { fewer: 1, unfound: 0 } },
    });
  });

  test('a check whose count had collapsed is no base', () => {
    const collapsed = endedCheck(
      'odd',
      { ended_by: 'limit' },
      { modeReason: 'count_collapsed', friendsCount: 0 },
    );
    expect(planCheck(requestOf({ dispatches: [collapsed, ...dispatches] }))).toMatchObject({
      plan: { baseDispatchId: 'base', baseCount: 1000 },
    });
  });
});
