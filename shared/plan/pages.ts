import type { Config } from '../config.ts';
import { DAY_MS } from '../times.ts';

/** R10: how many pages a dispatch is planned to have: at least one, since only X can say that a list is empty. */
export function totalPagesOf(friendsCount: number, pageSize: number): number {
  return Math.max(1, Math.ceil(friendsCount / pageSize));
}

/**
 * R17: the last page that may be bought: 10 % of the plan + 1 beyond it. A list that goes on after that means
 * that the count was wrong, and so was the price that somebody agreed to.
 */
export function lastPageAllowed(totalPages: number): number {
  return totalPages + Math.floor(totalPages / 10) + 1;
}

/** How many pages can be fetched within the retention of the messages, at the limit that is configured. */
export function pagesWithinRetention(
  config: Pick<Config, 'RETENTION_DAYS' | 'X_WINDOW_SECONDS' | 'X_CALLS_PER_WINDOW'>,
): number {
  const windows = (config.RETENTION_DAYS * DAY_MS) / (config.X_WINDOW_SECONDS * 1000);
  return Math.floor(windows * config.X_CALLS_PER_WINDOW);
}
