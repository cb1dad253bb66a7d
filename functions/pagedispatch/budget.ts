import type { Committed } from '../../shared/warehouse/dispatches.ts';
import { microsOf, usdOf } from '../../shared/x/prices.ts';

export interface Caps {
  /** Of the request itself (`maxCostUsd`). */
  requestUsd: number | null;
  runUsd: number | null;
  dayUsd: number | null;
  /** What can be fetched at the present limit before the messages expire. */
  runPages: number;
}

interface Expense {
  usd: number;
  pages: number;
  /** Pages of an old run are in its sum already and count on the day alone. */
  of: 'run-and-day' | 'day';
}

const dollars = (micros: number) => `$${usdOf(micros).toFixed(2)}`;

/** R20: what may still be committed. Checked and committed by one planner at a time, before anything is published. */
export class Budget {
  readonly #caps: Caps;
  #run: number;
  #day: number;
  #runPages: number;

  /** `spent`: of which no row tells yet. */
  constructor(caps: Caps, committed: Committed, spent = { runUsd: 0, dayUsd: 0 }) {
    this.#caps = caps;
    this.#run = microsOf(committed.runUsd) + microsOf(spent.runUsd);
    this.#day = microsOf(committed.dayUsd) + microsOf(spent.dayUsd);
    this.#runPages = committed.runPages;
  }

  /** Commits the expense where it fits every cap and returns null; else commits nothing and says why, in words. */
  take(expense: Expense): string | null {
    const cost = microsOf(expense.usd);
    const refusal = this.#refusal(cost, expense);
    if (refusal !== null) return refusal;
    this.#day += cost;
    if (expense.of === 'run-and-day') {
      this.#run += cost;
      this.#runPages += expense.pages;
    }
    return null;
  }

  #refusal(cost: number, { pages, of }: Expense): string | null {
    const { requestUsd, runUsd, dayUsd, runPages } = this.#caps;
    if (of === 'run-and-day' && this.#runPages + pages > runPages)
      return `the run would need more than the ${runPages} pages that can be fetched before its messages expire`;
    const ofRun = [
      { name: 'maxCostUsd of the request', capUsd: requestUsd, spent: this.#run },
      { name: 'MAX_RUN_COST_USD', capUsd: runUsd, spent: this.#run },
    ];
    const ofDay = { name: 'DAILY_BUDGET_USD', capUsd: dayUsd, spent: this.#day };
    for (const { name, capUsd, spent } of of === 'day' ? [ofDay] : [...ofRun, ofDay])
      if (capUsd !== null && spent + cost > microsOf(capUsd))
        return `${dollars(cost)} on top of ${dollars(spent)} committed would pass ${name} of ${dollars(microsOf(capUsd))}`;
    return null;
  }
}
