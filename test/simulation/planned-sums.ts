import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { microsOf } from '../../shared/x/prices.ts';

interface Sum {
  micros: number;
  pages: number;
}

/**
 * What rows of one dispatch have committed, by the planner's own accounting: for each step, which is its first planning
 * or a time that more was committed to it, the largest of what its rows commit for pages, and the look-ups.
 */
export function ofDay(rows: DispatchRow[]): Sum {
  const steps = Map.groupBy(rows, (row) => (row.after_page === null ? 0 : row.max_friends));
  const sum = { micros: 0, pages: 0 };
  for (const step of steps.values()) {
    const { micros, pages } = largestOf(step);
    sum.micros += micros;
    sum.pages = Math.max(sum.pages, pages);
  }
  return sum;
}

/** The same over all days: pages that were published again count no second time. */
export const ofRun = (rows: DispatchRow[]): Sum =>
  ofDay(rows.map((row) => (row.republished ? { ...row, status: 'over_budget' } : row)));

/** The same of one step. */
function largestOf(rows: DispatchRow[]): Sum {
  let [pagesMicros, lookupMicros, pages] = [0, 0, 0];
  for (const row of rows) {
    lookupMicros += microsOf(row.lookup_cost_usd);
    if (row.status !== 'dispatched') continue;
    pagesMicros = Math.max(pagesMicros, microsOf((row.committed_cost_usd ?? 0) - row.lookup_cost_usd));
    pages = Math.max(pages, row.total_pages ?? 0);
  }
  return { micros: pagesMicros + lookupMicros, pages };
}
