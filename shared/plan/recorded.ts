import { dayOf } from '../times.ts';
import type { Planned } from '../warehouse/dispatches.ts';
import { missingPages, type StoredPage } from './chain.ts';

/** What the warehouse says of a parent of this run, before anything is decided. */
export type Recorded =
  /** Never planned, or over budget so far (`earlier`): to be planned now. */
  | { kind: 'unplanned'; earlier: Planned | undefined }
  /** Known not to be readable: final for this run. */
  | { kind: 'closed' }
  /** Planned: its plan is used, whatever the request says now. `isPaid`: what is missing counts already. */
  | { kind: 'planned'; plan: Planned; missing: number[]; isPaid: boolean; refusedToday: boolean };

/** `rows`: of one dispatch, earliest first. `pages`: stored of it. `messageId`: of the message that asks for it. */
export function recordedOf(
  rows: Planned[],
  pages: StoredPage[],
  { nowMs, messageId }: { nowMs: number; messageId: string | null },
): Recorded {
  const planning = planningOf(rows);
  switch (planning?.status) {
    case 'dispatched': {
      const today = rows.filter((row) => dayOf(row.plannedAtMs) === dayOf(nowMs));
      const isRedelivery = messageId !== null && planning.messageId === messageId;
      return {
        kind: 'planned',
        plan: planning,
        missing: missingPages(pages, planning.totalPages ?? 1),
        // A message that comes again on a later day brings the pages that were paid for when it was planned.
        isPaid: isRedelivery || today.some((row) => row.status === 'dispatched'),
        refusedToday: today.some((row) => row.status === 'over_budget'),
      };
    }
    case 'over_budget':
    case undefined:
      return { kind: 'unplanned', earlier: rows.findLast((row) => row.friendsCount !== null) };
    default:
      return { kind: 'closed' };
  }
}

/**
 * The planning that counts: the newest that is no mere republication. A second one is made only where the first was
 * not to be seen, since its append was given up and it was stored later: then the newer one is what was acted on.
 */
export function planningOf(rows: Planned[]): Planned | undefined {
  return rows.findLast(({ republished }) => !republished);
}

export function planOf(rows: Planned[]): Planned | undefined {
  const planning = planningOf(rows);
  return planning?.status === 'dispatched' ? planning : undefined;
}

/** What the missing pages of a plan will cost: of the plan what is left of the count, beyond it full pages. */
export function friendsOnPages(missing: number[], plan: Planned): number {
  const count = plan.friendsCount ?? 0;
  return missing.reduce((friends, number) => {
    const left = count - (number - 1) * plan.pageSize;
    return (
      friends + (number > (plan.totalPages ?? 1) ? plan.pageSize : Math.max(0, Math.min(plan.pageSize, left)))
    );
  }, 0);
}
