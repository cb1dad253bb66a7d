import type { Carried } from './plan.ts';

/** What a prefix shows, in numbers of friends. */
export interface Evidence {
  /** X's count now, less that of the base. */
  delta: number;
  appeared: number;
  /** Below an anchor: friends that X lists again at their old place, which its count may never have dropped. */
  returned: number;
  /** Missing, and X says that there is no such account: its count has dropped them, or will. */
  notFound: number;
  /** Missing, and neither that nor known to be suspended (X goes on counting those: they count 0). */
  missing: number;
}

/** `fewer` by what may be done about it. */
interface Shortage {
  /** To be looked for in this check: the count has fallen for it, or it stood before. */
  toFind: number;
  /** Friends appeared and the count has not risen: somebody is gone, or the count lags. Waits for the next check. */
  mayLag: number;
  /** Deeper than an earlier search went. */
  unfound: number;
}

export interface Residual extends Shortage {
  fewer: number;
  more: number;
  /** The count has fallen for those that are missing: they are gone. Else they count as if they were there. */
  isSupported: boolean;
  /** How many are missing beyond what the count has fallen for. */
  surplus: number;
}

/** A count that is right for three of four missing friends is right about them; the fourth may be suspended. */
const SURPLUS_SHARE = 1 / 4;

/**
 * Weighs what was found against X's count. A shortage adds to `fewer`; an excess first pays `fewer`, the rest adds to
 * `more`; the two never net out.
 */
export function residualOf(evidence: Evidence, carried: Carried): Residual {
  const rise = riseOf(evidence);
  const shortage: Shortage = {
    toFind: carried.fewer - carried.unfound + Math.max(0, -evidence.delta),
    mayLag: Math.max(0, -rise) - Math.max(0, -evidence.delta),
    unfound: carried.unfound,
  };
  const excess = pay(shortage, rise);
  pay(shortage, evidence.notFound);
  const surplus = Math.max(0, evidence.missing - sum(shortage));
  const isSupported = surplus <= Math.floor(evidence.missing * SURPLUS_SHARE);
  const fewer = sum(shortage);
  if (isSupported) pay(shortage, evidence.missing);
  return {
    ...shortage,
    // Friends without proof may be those that the count has fallen for: no need to look for others.
    toFind: isSupported ? shortage.toFind : Math.max(0, shortage.toFind - evidence.missing),
    fewer: isSupported ? sum(shortage) : fewer,
    more: carried.more + excess,
    isSupported,
    surplus,
  };
}

/**
 * How much further the count has risen than friends appeared. One that appeared below an anchor counts only as far as
 * it brings the residual nearer to 0.
 */
function riseOf({ delta, appeared, returned, missing }: Evidence): number {
  const residual = delta - appeared + missing;
  return delta - appeared - Math.min(Math.max(0, residual), returned);
}

/** Takes friends off the shortage; returns those that are left over. */
function pay(shortage: Shortage, friends: number): number {
  let left = Math.max(0, friends);
  for (const part of ['toFind', 'mayLag', 'unfound'] as const) {
    const paid = Math.min(left, shortage[part]);
    shortage[part] -= paid;
    left -= paid;
  }
  return left;
}

const sum = ({ toFind, mayLag, unfound }: Shortage): number => toFind + mayLag + unfound;
