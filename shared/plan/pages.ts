import type { Config } from '../config.ts';
import { DAY_MS } from '../times.ts';

/** How many pages a dispatch is planned to have: at least one, since only X can say that a list is empty. */
export function totalPagesOf(friendsCount: number, pageSize: number): number {
  return Math.max(1, Math.ceil(friendsCount / pageSize));
}

/** A list may have grown since it was counted, by so much at least, before its plan has to be made anew. */
const FEW_FRIENDS = 5;

/**
 * R21: the most friends that a plan of so many pages lets anybody buy: the count and 1 % of it, as far as the pages
 * hold them. What is asked of X, page by page, adds up to no more.
 */
export function maxFriendsOf(friendsCount: number, totalPages: number, pageSize: number): number {
  const grown = friendsCount + Math.max(FEW_FRIENDS, Math.ceil(friendsCount / 100));
  return Math.min(totalPages * pageSize, grown);
}

/** How many pages can be fetched within the retention of the messages, at the limit that is configured. */
export function pagesWithinRetention(
  config: Pick<Config, 'RETENTION_DAYS' | 'X_WINDOW_SECONDS' | 'X_CALLS_PER_WINDOW'>,
): number {
  const windows = (config.RETENTION_DAYS * DAY_MS) / (config.X_WINDOW_SECONDS * 1000);
  return Math.floor(windows * config.X_CALLS_PER_WINDOW);
}
