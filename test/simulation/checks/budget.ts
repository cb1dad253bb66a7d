import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { microsOf, usdOf } from '../../../shared/x/prices.ts';
import { ofDay } from '../planned-sums.ts';
import type { Tables } from '../tables.ts';
import type { Fail } from './fail.ts';

export interface BudgetCaps {
  ofRunUsd: (runId: string) => number | null;
  ofDayUsd: number | null;
}

/** What is committed never passes a cap: per dispatch the largest of its rows, and what was added to its plan. */
export class BudgetCheck {
  readonly #tables: Tables;
  readonly #caps: BudgetCaps;
  readonly #fail: Fail;

  constructor(tables: Tables, caps: BudgetCaps, fail: Fail) {
    this.#tables = tables;
    this.#caps = caps;
    this.#fail = fail;
  }

  landed({ run_id: runId, planned_at: plannedAt }: DispatchRow): void {
    const ofRun = this.#caps.ofRunUsd(runId);
    if (ofRun !== null)
      this.#holds(`run ${runId}`, ofRun, (other) => other.run_id === runId && !other.republished);
    const day = plannedAt.slice(0, 10);
    const { ofDayUsd } = this.#caps;
    if (ofDayUsd !== null) this.#holds(`day ${day}`, ofDayUsd, (other) => other.planned_at.startsWith(day));
  }

  #holds(what: string, capUsd: number, counts: (row: DispatchRow) => boolean): void {
    let micros = 0;
    for (const rows of this.#tables.plans.values()) micros += ofDay(rows.filter(counts)).micros;
    if (micros > microsOf(capUsd))
      this.#fail('budget', `${what}: $${usdOf(micros)} is committed, the cap is $${capUsd}`);
  }
}
