import type { Row } from './rows.ts';

/** A planning: so many ticks after the dispatch, and where it differs from a plain plan. */
export interface SketchedPlanning {
  ticks: number;
  status: string;
  /** The time of dispatching that it names, where that is another: Cloud Scheduler may publish a run twice. */
  dispatchedTicks?: number;
  columns?: Row;
}

const REPUBLISHED = { republished: true, planned_cost_usd: 0.02, lookup_cost_usd: 0, total_pages: 9 };
const UNKNOWN = { parent_id: null, planned_cost_usd: null, friends_count: null, total_pages: null };
/** Planned first, and stored so late that another planning was made meanwhile. */
const LATE: SketchedPlanning = {
  ...{ ticks: 0, status: 'dispatched', dispatchedTicks: 2 },
  columns: { total_pages: 7, friends_count: 13 },
};
const dispatched = (ticks: number, columns: Row = {}) => ({ ticks, status: 'dispatched', columns });
const overBudget = (ticks: number, columns: Row = {}) => ({ ticks, status: 'over_budget', columns });

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
  'over_budget, another stored late': [LATE, overBudget(1)],
} satisfies Record<string, SketchedPlanning[]>;

export type PlanKind = keyof typeof PLANNINGS;
