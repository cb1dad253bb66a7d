import { missingPages, type StoredPage } from '../../shared/chain.ts';
import type { Planned } from '../../shared/warehouse/dispatches.ts';
import { dayOf } from '../../shared/warehouse/table.ts';

/** What the warehouse says of a parent of this run, before anything is decided. */
export type Recorded =
  /** Never planned, or over budget so far (`earlier`): to be planned now. */
  | { kind: 'unplanned'; earlier: Planned | undefined }
  /** Known not to be readable: final for this run. */
  | { kind: 'closed' }
  /** Planned: its plan is used, whatever the request says now. */
  | { kind: 'planned'; plan: Planned; missing: number[]; countedToday: boolean; refusedToday: boolean };

/** `rows`: of one dispatch, earliest first. `pages`: stored of it. */
export function recordedOf(rows: Planned[], pages: StoredPage[], nowMs: number): Recorded {
  const plan = planOf(rows);
  if (plan) {
    const today = rows.filter((row) => dayOf(row.plannedAtMs) === dayOf(nowMs));
    return {
      kind: 'planned',
      plan,
      missing: missingPages(pages, plan.totalPages ?? 1),
      countedToday: today.some((row) => row.status === 'dispatched'),
      refusedToday: today.some((row) => row.status === 'over_budget'),
    };
  }
  const closed = rows.some((row) => row.status !== 'over_budget');
  return closed
    ? { kind: 'closed' }
    : { kind: 'unplanned', earlier: rows.find((row) => row.friendsCount !== null) };
}

/** The plan of a dispatch: its first row that was dispatched. */
export function planOf(rows: Planned[]): Planned | undefined {
  return rows.find((row) => row.status === 'dispatched');
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
