/** What X has said of a friend that was asked for since it was found missing; `active` is also a protected one. */
export interface Answers {
  suspended: string[];
  notFound: string[];
  active: string[];
}

/** What the base left open, and this check takes over. All are numbers of friends, but `fruitless`. */
export interface Carried {
  /** By X's count so many are gone that nobody has found missing. */
  fewer: number;
  /** The part of `fewer` that a search down to `maxDepth` has not found: they stand deeper. */
  unfound: number;
  /** By X's count so many are there that nobody has seen. */
  more: number;
  /** How many searches in a row have read to the end and found nobody missing. */
  fruitless: number;
}

/**
 * What the planner has fixed for one check before its first page; recorded, and carried by every PageRequest, so that
 * a redelivery asks for the same and concludes the same.
 */
export interface CheckPlan {
  /** What this check is compared with; the known list is made of rows up to this one and no others. */
  baseDispatchId: string;
  /** X's count of friends at the base, and now. */
  baseCount: number;
  count: number;
  /** The most friends that X may return: what is committed, and what is bought at most. */
  maxFriends: number;
  /**
   * `head`: until friends that are known are met. `search`: on, while X's count says that somebody is gone.
   * `collapsed`: the count is not to be believed; the head only, and nobody is called gone.
   */
  depth: 'head' | 'search' | 'collapsed';
  carried: Carried;
  /** Of the friends that were missing in the base, whether it called them gone or not. */
  answers: Answers;
  /** How much of the time from the last full read to the next has passed, from 0; 1 and more: it is due. */
  keyframePassed: number;
}

/** The same check with no more than the head: where the budget does not allow the search. It may end `open`. */
export function withoutSearch(plan: CheckPlan, headBound: number): CheckPlan {
  if (plan.depth !== 'search' || plan.maxFriends <= headBound) return plan;
  return { ...plan, depth: 'head', maxFriends: headBound };
}
