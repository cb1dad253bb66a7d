import { expect, test } from 'vitest';
import { recordedOf } from '../../../shared/plan/recorded.ts';
import type { Planned } from '../../../shared/warehouse/dispatches.ts';

const DAY_MS = 86_400_000;
const NOON_MS = Date.UTC(2026, 0, 15, 12);

/** The n-th planning of one parent, a minute after the one before. */
const planning = (n: number, more: Partial<Planned> = {}): Planned => ({
  ...{ dispatchId: 'd', parentId: `${n}`, parentUsername: 'alice', status: 'dispatched', friendsCount: 10 },
  ...{ totalPages: 1, pageSize: 10, lookupCostUsd: 0, republished: false, dispatchedAtMs: NOON_MS },
  ...{ plannedAtMs: NOON_MS + n * 60_000, messageId: `message ${n}`, ...more },
});
const at = (nowMs: number, messageId = 'another message') => ({ nowMs, messageId });
const later = at(NOON_MS + DAY_MS);

test('the newest planning counts: one stored late was not acted on', () => {
  const dispatched = recordedOf([planning(1), planning(2)], [], later);
  expect(dispatched).toMatchObject({ kind: 'planned', plan: { parentId: '2' } });
  const refused = recordedOf([planning(1), planning(2, { status: 'over_budget' })], [], later);
  expect(refused).toMatchObject({ kind: 'unplanned', earlier: { parentId: '2' } });
  expect(recordedOf([planning(1), planning(2, { status: 'suspended' })], [], later).kind).toBe('closed');
});

test('pages published again are no other plan, whether they were or not', () => {
  for (const status of ['dispatched', 'over_budget'] as const) {
    const again = planning(2, { republished: true, status, totalPages: 9 });
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
