import { FRIENDS_PER_PAGE } from '../x/limits.ts';
import type { CheckPlan } from './plan.ts';

const SMALL_LIST = 200;
const SMALL_HEAD = 1;
const HEAD = 3;
const GROWTH = 4;
const LEAST_CAP = 10;
const SHARE_OF_COUNT = 40;

/** Friends on the first page: nearly every day this is all that a check pays for. */
export function headOf(count: number): number {
  return count <= SMALL_LIST ? SMALL_HEAD : HEAD;
}

/** What the pages of this check before the one in question have returned, by its lineage. */
export interface ReadSoFar {
  pages: number;
  friends: number;
}

/**
 * `max_results` of the next page; null: nothing is left to ask for. A function of the plan, the page's number and its
 * lineage, so that a redelivery asks the same. Four times the page before, but small beside the list: what is read
 * beyond the friend that was looked for is paid for nothing. What is to be read to its end anyway is read at once.
 */
export function nextPageSize(plan: CheckPlan, before: ReadSoFar): number | null {
  const left = plan.maxFriends - before.friends;
  if (left <= 0 || before.pages >= mostPages(plan)) return null;
  if (endIsNear(plan, before.friends)) return Math.min(left, FRIENDS_PER_PAGE);
  return Math.min(left, sizeOf(plan.count, before.pages + 1));
}

/**
 * Less of the list is unread than of the time to the next full read has passed: the rest costs less now than a full
 * read costs then. Not where it was never meant to be read so far.
 */
export function endIsNear(plan: CheckPlan, friendsRead: number): boolean {
  if (plan.depth !== 'search' || friendsRead === 0) return false;
  const unread = plan.count - friendsRead;
  return unread < plan.keyframePassed * plan.count && unread <= plan.maxFriends - friendsRead;
}

/**
 * Pages may be empty for a while (suspended friends are left out after a page was cut), and empty pages use up
 * nothing: twice the pages of a list without gaps, and a few.
 */
export function mostPages(plan: Pick<CheckPlan, 'count' | 'maxFriends'>): number {
  let [pages, friends] = [0, 0];
  while (friends < plan.maxFriends) friends += sizeOf(plan.count, ++pages);
  return 2 * pages + 8;
}

function sizeOf(count: number, pageNumber: number): number {
  const cap = Math.max(LEAST_CAP, Math.floor(count / SHARE_OF_COUNT));
  return Math.min(headOf(count) * GROWTH ** (pageNumber - 1), cap, FRIENDS_PER_PAGE);
}
