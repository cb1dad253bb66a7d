import type { DispatchRow } from '../../shared/warehouse/dispatches.ts';

/** Money as whole millionths of a dollar: sums of 0.01 stay exact. */
export const micros = (usd: number): number => Math.round(usd * 1e6);

/**
 * What rows of one dispatch have committed, by the planner's own accounting: the largest of what they planned for
 * pages (a plan recorded twice is one plan), and the look-up.
 */
export function largestOf(rows: DispatchRow[]): { micros: number; pages: number } {
  let [pagesMicros, lookupMicros, pages] = [0, 0, 0];
  for (const row of rows) {
    lookupMicros = Math.max(lookupMicros, micros(row.lookup_cost_usd));
    if (row.status !== 'dispatched') continue;
    pagesMicros = Math.max(pagesMicros, micros((row.planned_cost_usd ?? 0) - row.lookup_cost_usd));
    pages = Math.max(pages, row.total_pages ?? 0);
  }
  return { micros: pagesMicros + lookupMicros, pages };
}
