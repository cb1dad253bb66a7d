import { headOf } from '../check/next-page.ts';
import type { CheckPlan } from '../check/plan.ts';
import { isEnd, missingPages, type PageMark, readUpTo } from './chain.ts';
import type { Plan } from './planning.ts';

/** A friend that is gone may stand anywhere: a search finds it halfway, where nothing more is known. */
const SEARCHED = 1 / 2;

/** Friends that a check is expected to buy; what it may buy at most is its plan's. */
export function expectedFriends({ depth, maxFriends, count, baseCount }: CheckPlan): number {
  const head = headOf(count) + Math.max(0, count - baseCount);
  const most = depth === 'search' ? Math.max(head, Math.ceil(maxFriends * SEARCHED)) : head;
  return Math.min(maxFriends, most);
}

/** The pages that are to be asked for, where these are stored. */
export function missingOf({ reading, totalPages }: Plan, pages: PageMark[]): number[] {
  return reading?.check ? missingOfCheck(pages, totalPages) : missingPages(pages, totalPages);
}

/** R28: the pages of a check follow from one another, so only the first that is not stored can be asked for. */
function missingOfCheck(pages: PageMark[], totalPages: number): number[] {
  const next = readUpTo(pages) + 1;
  return pages.some(isEnd) || next > totalPages ? [] : [next];
}
