import { AnnouncementCheck } from './checks/announcements.ts';
import { BudgetCheck } from './checks/budget.ts';
import { ChainCheck } from './checks/chains.ts';
import { ChangeCheck } from './checks/changes.ts';
import type { Checks } from './checks/checks.ts';
import type { Fail } from './checks/fail.ts';
import { GateCheck } from './checks/gates.ts';
import { LookUpCheck } from './checks/look-ups.ts';
import { ObservationCheck } from './checks/observations.ts';
import { PlanCheck } from './checks/plans.ts';
import { PublishingCheck } from './checks/publishing.ts';
import { PurchaseCheck } from './checks/purchases.ts';
import { ReadingCheck } from './checks/readings.ts';
import { SpendingCheck } from './checks/spending.ts';
import { StopCheck } from './checks/stops.ts';
import { VerdictCheck } from './checks/verdicts.ts';
import type { Fault } from './faults.ts';
import type { Simulation } from './simulation.ts';
import { isObjectedTo } from './warehouse/refused-content.ts';

/** By what an instance may come not to know what another one has bought. */
const LOSSES: Fault[] = [
  ...(['crash at a point', 'crash in between', 'handover to a new instance'] as const),
  ...(['second instance', 'instance frozen'] as const),
];

export function watch(sim: Simulation): Checks {
  const { tables, x, config, profile, time, requestCaps } = sim;
  const fail: Fail = (promise, what) => sim.fail(promise, what);
  const note = (what: string) => sim.note(what);
  const nowMs = () => time.now();
  const mayBeGone = () => LOSSES.some((fault) => sim.faults.counts.has(fault));
  const purchases = new PurchaseCheck({ nowMs, mayBeGone, fail });
  const plans = new PlanCheck(tables, fail);
  const ofRunUsd = (runId: string) => {
    const caps = [requestCaps.get(runId) ?? null, config.MAX_RUN_COST_USD].filter((cap) => cap !== null);
    return caps.length > 0 ? Math.min(...caps) : null;
  };
  const caps = { ofRunUsd, ofDayUsd: config.DAILY_BUDGET_USD };
  const budget = new BudgetCheck(tables, caps, fail);
  const spending = new SpendingCheck({
    ...{ tables, caps, fail },
    friendUsd: config.PRICE_PER_FRIEND_USD,
    userUsd: config.PRICE_PER_USER_USD,
  });
  const chains = new ChainCheck({
    tables,
    purchases,
    isObjectedTo: (row) => isObjectedTo(sim, 'completed_scrapes', { ...row }),
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
    budget,
    spending,
    publishing: new PublishingCheck(tables, plans, config.TOPIC_GETPAGE, fail),
    gates: new GateCheck(time, !sim.faults.has('clock skewed'), fail),
    lookUps: new LookUpCheck(nowMs, fail),
    observations: new ObservationCheck(fail),
    changes: new ChangeCheck({ ...{ tables, x, nowMs, note, fail }, tokens: profile.tokens }),
    readings: new ReadingCheck({ tables, keyframeDays: sim.keyframeDays, note, fail }),
    verdicts: new VerdictCheck({ ...{ tables, purchases, x, note, fail }, tokens: profile.tokens }),
    stops: new StopCheck(tables.stops, nowMs, fail),
    announcements: new AnnouncementCheck({ ...{ tables, nowMs, note, fail }, topic: config.TOPIC_CHANGES }),
  };
}
