import type { Row } from './rows.ts';

/** A planning: so many ticks after the dispatch, and where it differs from a plain plan. */
export interface SketchedPlanning {
  ticks: number;
  status: string;
  /** The time of dispatching that it names, where that is another: of old, a tick that was published twice had two. */
  dispatchedTicks?: number;
  columns?: Row;
}

const REPUBLISHED = { republished: true, planned_cost_usd: 0.02, lookup_cost_usd: 0, total_pages: 9 };
const UNKNOWN = { parent_id: null, planned_cost_usd: null, friends_count: null, total_pages: null };
/** When the plan of `LATE` was dispatched. */
export const LATE_TICKS = 2;
/** Planned first, and stored so late that another planning was made meanwhile; and of before there was a bound. */
const LATE: SketchedPlanning = {
  ...{ ticks: 0, status: 'dispatched', dispatchedTicks: LATE_TICKS },
  columns: { total_pages: 7, friends_count: 13, committed_cost_usd: null, max_friends: null },
};
const dispatched = (ticks: number, columns: Row = {}) => ({ ticks, status: 'dispatched', columns });
const overBudget = (ticks: number, columns: Row = {}) => ({ ticks, status: 'over_budget', columns });
/** The list goes on after a page, and one page more is committed: what a row of this adds. */
const more = (after_page: number): Row => ({
  ...{ after_page, total_pages: Math.max(3, after_page + 1), max_friends: 4 + 2 * after_page },
  ...{ planned_cost_usd: 0.03, committed_cost_usd: 0.04, lookup_cost_usd: 0 },
});

/** What may have been planned of one dispatch. */
export const PLANNINGS = {
  dispatched: [dispatched(0)],
  missing: [],
  not_found: [{ ticks: 0, status: 'not_found', columns: UNKNOWN }],
  over_budget: [overBudget(0)],
  'twice over_budget': [{ ...overBudget(0, { parent_id: null }), dispatchedTicks: 1 }, overBudget(1)],
  'over_budget, then dispatched': [
    overBudget(0, { parent_id: null }),
    dispatched(3, { lookup_cost_usd: 0, total_pages: 4 }),
  ],
  'dispatched, then republished': [dispatched(0), dispatched(150, REPUBLISHED)],
  'dispatched, then not republished': [dispatched(0), overBudget(150, REPUBLISHED)],
  'dispatched, another stored late': [LATE, dispatched(1)],
  unknown: [{ ticks: 0, status: 'unknown', columns: UNKNOWN }],
  'unknown, then dispatched': [{ ticks: 0, status: 'unknown', columns: UNKNOWN }, dispatched(3)],
  'dispatched, then more': [dispatched(0), dispatched(2, more(3)), dispatched(150, more(4))],
  'dispatched, then more twice': [dispatched(0), dispatched(2, more(2)), dispatched(3, more(2))],
  'dispatched, more refused': [dispatched(0), dispatched(2, more(3)), overBudget(3, more(4))],
  'dispatched, more refused, then committed': [
    ...[dispatched(0), overBudget(2, more(3)), overBudget(150, more(3)), dispatched(152, more(3))],
    overBudget(300, REPUBLISHED),
  ],
  'more of a plan that is not stored': [dispatched(2, more(3))],
  'over_budget, another stored late': [LATE, overBudget(1)],
} satisfies Record<string, SketchedPlanning[]>;

export type PlanKind = keyof typeof PLANNINGS;
