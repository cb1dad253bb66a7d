import type { DispatchRow } from '../../../shared/warehouse/dispatches.ts';
import { microsOf, usdOf } from '../../../shared/x/prices.ts';
import { ofDay } from '../planned-sums.ts';
import type { Tables } from '../tables.ts';
import type { Fail } from './fail.ts';

export interface BudgetCaps {
  ofRunUsd: (runId: string) => number | null;
  ofDayUsd: number | null;
}

/**
 * What is committed never passes a cap: per dispatch the largest of its rows, and what was added to its plan. Rows that
 * landed when nobody waited for them any more could not be counted by planners before that: without them the sum stays
 * within the cap, and with them it passes the cap by no more than they come to.
 */
export class BudgetCheck {
  readonly #tables: Tables;
  readonly #caps: BudgetCaps;
  readonly #fail: Fail;
  readonly #late = new Set<DispatchRow>();

  constructor(tables: Tables, caps: BudgetCaps, fail: Fail) {
    this.#tables = tables;
    this.#caps = caps;
    this.#fail = fail;
  }

  landed(row: DispatchRow, isLate: boolean): void {
    if (isLate) this.#late.add(row);
    const ofRun = this.#caps.ofRunUsd(row.run_id);
    if (ofRun !== null)
      this.#holds(`run ${row.run_id}`, ofRun, (other) => other.run_id === row.run_id && !other.republished);
    const day = row.planned_at.slice(0, 10);
    const { ofDayUsd } = this.#caps;
    if (ofDayUsd !== null) this.#holds(`day ${day}`, ofDayUsd, (other) => other.planned_at.startsWith(day));
  }

  /** In micro-dollars: all that landed late. */
  get lateMicros(): number {
    return [...this.#late].reduce((sum, row) => sum + ofDay([row]).micros, 0);
  }

  #holds(what: string, capUsd: number, counts: (row: DispatchRow) => boolean): void {
    let [known, all, late] = [0, 0, 0];
    for (const rows of this.#tables.plans.values()) {
      const counted = rows.filter(counts);
      const lateRows = counted.filter((row) => this.#late.has(row));
      all += ofDay(counted).micros;
      known += ofDay(counted.filter((row) => !this.#late.has(row))).micros;
      late += lateRows.reduce((sum, row) => sum + ofDay([row]).micros, 0);
    }
    if (known > microsOf(capUsd))
      this.#fail('budget', `${what}: $${usdOf(known)} is committed, the cap is $${capUsd}`);
    if (all > microsOf(capUsd) + late)
      this.#fail(
        'budget',
        `${what}: $${usdOf(all)} is committed, $${usdOf(late)} of it late, the cap is $${capUsd}`,
      );
  }
}
