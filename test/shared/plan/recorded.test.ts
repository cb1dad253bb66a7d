import { describe, expect, test } from 'vitest';
import type { PageMark } from '../../../shared/plan/chain.ts';
import { type Plan, type PlanningColumns, planningOf } from '../../../shared/plan/planning.ts';
import { AS_ASKED, columnsOfReading } from '../../../shared/plan/reading.ts';
import { friendsOnPages, planOf, recordedOf } from '../../../shared/plan/recorded.ts';
import { DAY_MS } from '../../../shared/times.ts';

const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** The n-th planning of one parent, a minute after the one before. */
const planning = (n: number, more: Partial<PlanningColumns> = {}) => {
  const columns: PlanningColumns = {
    ...{ dispatch_id: 'd', parent_id: `${n}`, parent_username: 'alice', status: 'dispatched' },
    ...{ friends_count: 10, total_pages: 1, page_size: 10, max_friends: 10, after_page: null },
    ...{ republished: false, lookup_cost_usd: 0.01, message_id: `message ${n}` },
    ...columnsOfReading(AS_ASKED),
    ...more,
  };
  return planningOf(columns, { dispatchedAtMs: NOON_MS, plannedAtMs: NOON_MS + n * 60_000 });
};
const at = (nowMs: number, messageId = 'another message', publishedAtMs = NOON_MS) => ({
  nowMs,
  message: { messageId, publishedAtMs },
});
const later = at(NOON_MS + DAY_MS);

test('the newest planning counts: one stored late was not acted on', () => {
  const dispatched = recordedOf([planning(1), planning(2)], [], later);
  expect(dispatched).toMatchObject({ kind: 'planned', plan: { parentId: '2' } });
  const refused = recordedOf([planning(1), planning(2, { status: 'over_budget' })], [], later);
  expect(refused).toMatchObject({ kind: 'unplanned', account: { id: '2' } });
  expect(recordedOf([planning(1), planning(2, { status: 'suspended' })], [], later).kind).toBe('closed');
});

test('pages published again are no other plan, whether they were or not', () => {
  for (const status of ['dispatched', 'over_budget'] as const) {
    const again = planning(2, { republished: true, status, total_pages: 9 });
    expect(recordedOf([planning(1), again], [], later)).toMatchObject({
      kind: 'planned',
      plan: { totalPages: 1 },
    });
  }
});

test('missing pages are paid for on the day of their plan, and for the message that they were planned for', () => {
  const isPaid = (when: Parameters<typeof recordedOf>[2]) => recordedOf([planning(1)], [], when);
  expect(isPaid(at(NOON_MS + 3_600_000))).toMatchObject({ isPaid: true });
  expect(isPaid(later)).toMatchObject({ isPaid: false });
  expect(isPaid(at(NOON_MS + DAY_MS, 'message 1'))).toMatchObject({ isPaid: true });
  // An emulator that was started again has given the id to another one.
  expect(isPaid(at(NOON_MS + DAY_MS, 'message 1', NOON_MS + DAY_MS))).toMatchObject({ isPaid: false });
});

test('a row that says dispatched and lacks what a page needs is no plan: the parent is planned now', () => {
  for (const lacking of ['parent_id', 'friends_count', 'total_pages'] as const)
    expect(recordedOf([planning(1, { [lacking]: null })], [], later)).toMatchObject({ kind: 'unplanned' });
});

test('a check that has ended buys nothing more, and one that was broken off what is left of it', () => {
  const search = { depth: 'search', maxFriends: 40, count: 100, baseCount: 101 };
  const base = { dispatchId: 'base', fullReadAt: '2026-01-01T00:00:00Z', at: '2026-01-01T00:00:00Z' };
  const check = planning(1, {
    ...{ friends_count: 100, total_pages: 9, page_size: 1000, max_friends: 40 },
    ...{ mode: 'check', base_dispatch_id: 'base', check_plan: JSON.stringify({ ...search, base }) },
  });
  const page: PageMark = {
    ...{ pageNumber: 1, outcome: 'scraped', nextToken: 'more', charged: 3, checkEndedBy: null },
  };
  const left = (pages: PageMark[]) => {
    const recorded = recordedOf([check], pages, later);
    if (recorded.kind !== 'planned') throw new Error(recorded.kind);
    const { missing, plan, atMost } = recorded;
    return { missing, expected: friendsOnPages(missing, plan), atMost };
  };
  expect(left([])).toEqual({ missing: [1], expected: 20, atMost: 40 });
  expect(left([page])).toEqual({ missing: [2], expected: 20, atMost: 37 });
  expect(left([{ ...page, checkEndedBy: 'overlap' }])).toEqual({ missing: [], expected: 0, atMost: 0 });
});

describe('a list that goes on', () => {
  const page = (pageNumber: number, nextToken: string | null = 'more', charged = 10): PageMark => ({
    ...{ pageNumber, outcome: 'scraped', nextToken, charged, checkEndedBy: null },
  });
  const more = (n: number, after_page: number, columns: Partial<PlanningColumns> = {}) =>
    planning(n, {
      ...{ parent_id: '1', after_page, total_pages: after_page + 1, max_friends: 10 * (after_page + 1) },
      ...columns,
    });
  const first = planning(1);
  const goesOn = { afterPage: 1, plan: planOf([first]) as Plan };

  test('when all pages of its plan are stored asks for more after the last of them', () => {
    expect(recordedOf([first], [page(1)], later)).toMatchObject({ kind: 'goes-on', afterPage: 1 });
    expect(recordedOf([first], [page(1), page(2)], later)).toMatchObject({ kind: 'goes-on', afterPage: 2 });
    expect(recordedOf([first], [page(1), page(2, null)], later)).toMatchObject({ missing: [] });
  });

  test('is believed where no query shows its pages yet', () => {
    expect(recordedOf([first], [], { ...later, goesOn })).toMatchObject({ kind: 'goes-on', afterPage: 1 });
  });

  test('has what was committed to it in its plan: nothing is committed twice, and only that page is missing', () => {
    const rows = [first, more(2, 1)];
    const plan = { totalPages: 2, maxFriends: 20 };
    expect(recordedOf(rows, [page(1)], later)).toMatchObject({ kind: 'planned', plan, missing: [2] });
    expect(recordedOf(rows, [], { ...later, goesOn })).toMatchObject({ plan, missing: [2], atMost: 10 });
    expect(recordedOf(rows, [page(1), page(2)], later)).toMatchObject({
      kind: 'goes-on',
      plan,
      afterPage: 2,
    });
  });

  test('has no more where no budget had room, until it is asked for again', () => {
    const rows = [first, more(2, 1, { status: 'over_budget' })];
    const asked = recordedOf(rows, [page(1)], at(NOON_MS + 60_000));
    expect(asked).toMatchObject({ kind: 'goes-on', plan: { totalPages: 1 }, refusedToday: true });
    expect(recordedOf(rows, [page(1)], later)).toMatchObject({ kind: 'goes-on', refusedToday: false });
  });

  test('gets more once what was committed is used up, though its pages are not', () => {
    const usedUp = { afterPage: 1, plan: { ...goesOn.plan, totalPages: 2, maxFriends: 20 } };
    const rows = [first, more(2, 1)];
    expect(recordedOf(rows, [page(1)], { ...later, goesOn: usedUp })).toMatchObject({ kind: 'goes-on' });
  });

  test('of which no plan is recorded has the one that its page was asked for with', () => {
    const asked = recordedOf([], [], { ...later, goesOn });
    expect(asked).toMatchObject({ kind: 'goes-on', plan: goesOn.plan });
    expect(recordedOf([more(2, 1)], [], { ...later, goesOn })).toMatchObject({ missing: [2] });
  });
});

test('missing pages bring no more than is left of the plan', () => {
  const plan = { friends_count: 25, total_pages: 3, max_friends: 26 };
  const atMost = (...charged: number[]) => {
    const pages = charged.map(
      (each, index): PageMark => ({
        ...{
          pageNumber: index + 1,
          outcome: 'scraped',
          nextToken: 'more',
          charged: each,
          checkEndedBy: null,
        },
      }),
    );
    return recordedOf([planning(1, plan)], pages, later);
  };
  expect(atMost()).toMatchObject({ missing: [1, 2, 3], atMost: 26 });
  expect(atMost(10, 10)).toMatchObject({ missing: [3], atMost: 6 });
  expect(atMost(7, 7)).toMatchObject({ missing: [3], atMost: 10 });
});

test('a plan of before there was a bound has the bound that follows from it', () => {
  expect(planOf([planning(1, { friends_count: 8, max_friends: null })])).toMatchObject({ maxFriends: 10 });
});

test('what X did not say is asked again for another message, and not for the same', () => {
  const rows = [planning(1, { status: 'unknown', friends_count: null })];
  expect(recordedOf(rows, [], at(NOON_MS, 'message 1'))).toEqual({ kind: 'closed' });
  expect(recordedOf(rows, [], at(NOON_MS))).toMatchObject({ kind: 'unplanned', account: null });
});
