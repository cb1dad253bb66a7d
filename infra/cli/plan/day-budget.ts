import { systemClock } from '../../../shared/clock.ts';
import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import type { Target } from '../target/target.ts';
import { warehouseOf } from '../target/warehouse.ts';

/** The daily budget as the planner sees it. */
export interface DayBudget {
  /** Planned since 00:00 UTC, over all runs. */
  plannedTodayUsd: number;
  /** Null where no DAILY_BUDGET_USD is set. */
  leftTodayUsd: number | null;
}

/** Throws RetryLater. */
export async function dayBudget(target: Target): Promise<DayBudget> {
  const now = systemClock.now();
  // Of no run: what is asked is the day.
  const { dayUsd } = await createDispatches(warehouseOf(target)).committed('', now, now);
  const budget = target.config.DAILY_BUDGET_USD;
  return {
    plannedTodayUsd: dayUsd,
    leftTodayUsd: budget === null ? null : Math.max(0, Math.round((budget - dayUsd) * 1e6) / 1e6),
  };
}
