import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';
import { microsOf } from '../../shared/x/prices.ts';

/**
 * What rows of one dispatch have committed, by the planner's own accounting: the largest of what they planned for
 * pages (a plan recorded twice is one plan), and the look-up.
 */
export function largestOf(rows: DispatchRow[]): { micros: number; pages: number } {
  let [pagesMicros, lookupMicros, pages] = [0, 0, 0];
  for (const row of rows) {
    lookupMicros = Math.max(lookupMicros, microsOf(row.lookup_cost_usd));
    if (row.status !== 'dispatched') continue;
    pagesMicros = Math.max(pagesMicros, microsOf((row.planned_cost_usd ?? 0) - row.lookup_cost_usd));
    pages = Math.max(pages, row.total_pages ?? 0);
  }
  return { micros: pagesMicros + lookupMicros, pages };
}
