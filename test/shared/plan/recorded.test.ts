import { expect, test } from 'vitest';
import { type PlanningColumns, planningOf } from '../../../shared/plan/planning.ts';
import { recordedOf } from '../../../shared/plan/recorded.ts';
import { DAY_MS } from '../../../shared/times.ts';

const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** The n-th planning of one parent, a minute after the one before. */
const planning = (n: number, more: Partial<PlanningColumns> = {}) => {
  const columns: PlanningColumns = {
    ...{ dispatch_id: 'd', parent_id: `${n}`, parent_username: 'alice', status: 'dispatched' },
    ...{ friends_count: 10, total_pages: 1, page_size: 10, republished: false, message_id: `message ${n}` },
    ...more,
  };
  return planningOf(columns, { dispatchedAtMs: NOON_MS, plannedAtMs: NOON_MS + n * 60_000 });
};
const at = (nowMs: number, messageId = 'another message') => ({ nowMs, messageId });
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
});

test('a row that says dispatched and lacks what a page needs is no plan: the parent is planned now', () => {
  for (const lacking of ['parent_id', 'friends_count', 'total_pages'] as const)
    expect(recordedOf([planning(1, { [lacking]: null })], [], later)).toMatchObject({ kind: 'unplanned' });
});
