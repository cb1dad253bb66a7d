import { createDispatches } from '../../../shared/warehouse/dispatches.ts';
import { sumUsd } from '../../../shared/x/prices.ts';
import { warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { usd } from '../terminal/figures.ts';

/** The daily budget as the planner sees it. */
export interface DayBudget {
  /** Committed since 00:00 UTC, over all runs. */
  committedTodayUsd: number;
  /** Null where no DAILY_BUDGET_USD is set. */
  leftTodayUsd: number | null;
}

/** Throws RetryLater. */
export async function dayBudget(target: Target): Promise<DayBudget> {
  const now = target.clock.now();
  // Of no run: what is asked is the day.
  const { dayUsd } = await createDispatches(warehouseOf(target)).committed('', now, now);
  const budget = target.config.DAILY_BUDGET_USD;
  return {
    committedTodayUsd: dayUsd,
    leftTodayUsd: budget === null ? null : Math.max(0, sumUsd([budget, -dayUsd])),
  };
}

export function budgetText({ committedTodayUsd, leftTodayUsd }: DayBudget): string {
  const left = leftTodayUsd === null ? 'no daily budget is set' : `${usd(leftTodayUsd)} left today`;
  return `committed today over all runs ${usd(committedTodayUsd)}, ${left}`;
}
