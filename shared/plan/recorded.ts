import { dayOf } from '../times.ts';
import { missingPages, type PageMark } from './chain.ts';
import type { Plan, Planning } from './planning.ts';

/** What the warehouse says of a parent of this run, before anything is decided. */
export type Recorded =
  /** Never planned, or over budget so far (`account`: known all the same): to be planned now. */
  | { kind: 'unplanned'; account: Planning['account'] }
  /** Known not to be readable: final for this run. */
  | { kind: 'closed' }
  /** Planned: its plan is used, whatever the request says now. `isPaid`: what is missing counts already. */
  | { kind: 'planned'; plan: Plan; missing: number[]; isPaid: boolean; refusedToday: boolean };

/** `rows`: of one dispatch, earliest first. `pages`: stored of it. `messageId`: of the message that asks for it. */
export function recordedOf(
  rows: Planning[],
  pages: PageMark[],
  { nowMs, messageId }: { nowMs: number; messageId: string | null },
): Recorded {
  const planning = countingOf(rows);
  const unplanned: Recorded = {
    kind: 'unplanned',
    account: rows.findLast(({ account }) => account)?.account ?? null,
  };
  switch (planning?.status) {
    case 'dispatched': {
      const { plan } = planning;
      if (!plan) return unplanned;
      const today = rows.filter((row) => dayOf(row.plannedAtMs) === dayOf(nowMs));
      const isRedelivery = messageId !== null && planning.messageId === messageId;
      return {
        kind: 'planned',
        plan,
        missing: missingPages(pages, plan.totalPages),
        // A message that comes again on a later day brings the pages that were paid for when it was planned.
        isPaid: isRedelivery || today.some((row) => row.status === 'dispatched'),
        refusedToday: today.some((row) => row.status === 'over_budget'),
      };
    }
    case 'over_budget':
    case undefined:
      return unplanned;
    case 'not_found':
    case 'suspended':
    case 'protected':
    case 'unknown':
      return { kind: 'closed' };
  }
}

/**
 * R9: the planning that counts is the newest that is no mere republication. A second one is made only where the first
 * was not to be seen, since its append was given up and it was stored later: then the newer one is what was acted on.
 */
function countingOf(rows: Planning[]): Planning | undefined {
  return rows.findLast(({ republished }) => !republished);
}

export function planOf(rows: Planning[]): Plan | null {
  return countingOf(rows)?.plan ?? null;
}

/** What the missing pages of a plan will cost: of the plan what is left of the count, beyond it full pages. */
export function friendsOnPages(missing: number[], { friendsCount, totalPages, pageSize }: Plan): number {
  return missing.reduce((friends, number) => {
    const left = friendsCount - (number - 1) * pageSize;
    return friends + (number > totalPages ? pageSize : Math.max(0, Math.min(pageSize, left)));
  }, 0);
}
