import type { CHECK_PLAN } from '../messages/schemas/check-plan.ts';
import type { MessageOf } from '../messages/schemas/message-of.ts';

/**
 * What the planner has fixed for one check before its first page; recorded, and carried by every PageRequest. Its schema
 * says what each field is.
 */
export type CheckPlan = MessageOf<typeof CHECK_PLAN>;

/** What the base left open, and this check takes over. */
export type Carried = CheckPlan['carried'];

/** What X has said of friends since they were found missing; ids. */
export type Answers = CheckPlan['answers'];

/** The same check with no more than the head: where the budget does not allow the search. It may end `open`. */
export function withoutSearch(plan: CheckPlan, headBound: number): CheckPlan {
  if (plan.depth !== 'search' || plan.maxFriends <= headBound) return plan;
  return { ...plan, depth: 'head', maxFriends: headBound };
}
