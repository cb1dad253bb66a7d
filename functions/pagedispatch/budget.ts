import type { Committed } from '../../shared/warehouse/dispatches.ts';

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

/** Money as whole millionths of a dollar: sums of 0.01 stay exact. */
const micros = (usd: number) => Math.round(usd * 1e6);
const dollars = (amount: number) => `$${(amount / 1e6).toFixed(2)}`;

/** What may still be planned. Checked and committed by one planner at a time, before anything is published. */
export class Budget {
  readonly #caps: Caps;
  #run: number;
  #day: number;
  #runPages: number;

  constructor(caps: Caps, committed: Committed) {
    this.#caps = caps;
    this.#run = micros(committed.runUsd);
    this.#day = micros(committed.dayUsd);
    this.#runPages = committed.runPages;
  }

  /** Commits the expense where it fits every cap and returns null; else commits nothing and says why, in words. */
  take(expense: Expense): string | null {
    const cost = micros(expense.usd);
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
    const exceeds = (spent: number, cap: number | null) => cap !== null && spent + cost > micros(cap);
    if (of === 'run-and-day') {
      if (this.#runPages + pages > runPages)
        return `the run would need more than the ${runPages} pages that can be fetched before its messages expire`;
      if (exceeds(this.#run, requestUsd))
        return beyond('maxCostUsd of the request', requestUsd, this.#run, cost);
      if (exceeds(this.#run, runUsd)) return beyond('MAX_RUN_COST_USD', runUsd, this.#run, cost);
    }
    return exceeds(this.#day, dayUsd) ? beyond('DAILY_BUDGET_USD', dayUsd, this.#day, cost) : null;
  }
}

function beyond(cap: string, limit: number | null, spent: number, cost: number): string {
  return `${dollars(cost)} on top of ${dollars(spent)} planned would pass ${cap} of ${dollars(micros(limit ?? 0))}`;
}
