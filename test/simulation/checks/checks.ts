import type { AnnouncementCheck } from './announcements.ts';
import type { BudgetCheck } from './budget.ts';
import type { ChainCheck } from './chains.ts';
import type { ChangeCheck } from './changes.ts';
import type { GateCheck } from './gates.ts';
import type { LookUpCheck } from './look-ups.ts';
import type { ObservationCheck } from './observations.ts';
import type { PlanCheck } from './plans.ts';
import type { PublishingCheck } from './publishing.ts';
import type { PurchaseCheck } from './purchases.ts';
import type { ReadingCheck } from './readings.ts';
import type { SpendingCheck } from './spending.ts';
import type { StopCheck } from './stops.ts';
import type { VerdictCheck } from './verdicts.ts';

/** What is checked at each step. */
export interface Checks {
  purchases: PurchaseCheck;
  chains: ChainCheck;
  plans: PlanCheck;
  budget: BudgetCheck;
  spending: SpendingCheck;
  publishing: PublishingCheck;
  gates: GateCheck;
  lookUps: LookUpCheck;
  observations: ObservationCheck;
  readings: ReadingCheck;
  stops: StopCheck;
  verdicts: VerdictCheck;
  changes: ChangeCheck;
  announcements: AnnouncementCheck;
}
