/** What is paid for once more because a function died at one point; everything else is paid for once. */
export interface Again {
  /** Pages whose rows were lost: at least, at most. */
  pages: [least: number, most: number];
  /** Look-ups of parents that were not recorded. */
  parents: number;
  /** Look-ups of the grandparent that were not recorded. */
  grandparents: number;
}

/** Between X's answer and the row, the page is lost: X has been paid, and nothing is stored. */
const PAGE_LOST = ['getpage/after x.following', 'getpage/before scrapes.append'];
/** Between X's answer and the plan: without a plan nobody knows that the parent was looked up. */
const PLAN_LOST = [
  'pagedispatch/after x.lookup',
  'pagedispatch/before metadata.append',
  'pagedispatch/after metadata.append',
  'pagedispatch/before dispatches.insert',
];
const OBSERVATION_LOST = ['getmetadata/after x.lookup', 'getmetadata/before metadata.append'];

/** A getpage that dies may have a page of each other parent in hand. */
const OTHER_PARENTS = 2;

export function againAt(point: string): Again {
  const own = PAGE_LOST.includes(point) ? 1 : 0;
  // Messages that cannot be used come when all pages are stored.
  const others = point.startsWith('getpage/') && !point.includes('rejected') ? OTHER_PARENTS : 0;
  return {
    pages: [own, own + others],
    parents: PLAN_LOST.includes(point) ? 1 : 0,
    grandparents: OBSERVATION_LOST.includes(point) ? 1 : 0,
  };
}

/** Where a function dies later than at the first time, so that something is done before and something is left. */
const TIMES: Record<string, number> = {
  'pagedispatch/before bus.publish to getpage': 3,
  'pagedispatch/after bus.publish to getpage': 3,
  'getpage/before x.following': 4,
  'getpage/after x.following': 4,
  'getpage/before scrapes.append': 4,
  // The third page of the longest list as a rule: stored, and nobody has published the fourth.
  'getpage/after scrapes.append': 6,
};

export const timeOf = (point: string): number => TIMES[point] ?? 1;
