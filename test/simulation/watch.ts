import { BudgetCheck } from './checks/budget.ts';
import { ChainCheck } from './checks/chains.ts';
import type { Checks } from './checks/checks.ts';
import type { Fail } from './checks/fail.ts';
import { GateCheck } from './checks/gates.ts';
import { ObservationCheck } from './checks/observations.ts';
import { PlanCheck } from './checks/plans.ts';
import { PublishingCheck } from './checks/publishing.ts';
import { PurchaseCheck } from './checks/purchases.ts';
import type { Simulation } from './simulation.ts';

export function watch(sim: Simulation): Checks {
  const { tables, x, config, profile, time, requestCaps } = sim;
  const fail: Fail = (promise, what) => sim.fail(promise, what);
  const nowMs = () => time.now();
  const purchases = new PurchaseCheck(nowMs, fail);
  const plans = new PlanCheck(tables, fail);
  const ofRunUsd = (runId: string) => {
    const caps = [requestCaps.get(runId) ?? null, config.MAX_RUN_COST_USD].filter((cap) => cap !== null);
    return caps.length > 0 ? Math.min(...caps) : null;
  };
  const chains = new ChainCheck({
    tables,
    fetches: purchases.fetches,
    x,
    tokens: profile.tokens,
    friendUsd: config.PRICE_PER_FRIEND_USD,
    nowMs,
    fail,
  });
  return {
    purchases,
    plans,
    chains,
    budget: new BudgetCheck(tables, { ofRunUsd, ofDayUsd: config.DAILY_BUDGET_USD }, fail),
    publishing: new PublishingCheck(tables, plans, config.TOPIC_GETPAGE, fail),
    gates: new GateCheck(time, !sim.faults.has('clock skewed'), fail),
    observations: new ObservationCheck(fail),
  };
}
