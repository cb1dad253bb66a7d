import type { Alignment } from './align.ts';
import type { KnownList } from './known-list.ts';

/**
 * What one read says of the assumption that X lists friends by the time of the follow, newest first. A friend that is
 * followed anew moves to the top and one that returns stands at its old place: neither breaks it.
 */
export interface OrderCounts {
  /** Known friends that were listed. */
  compared: number;
  /** Of them out of their place; and friends that were missing and are back at it, though X called them active. */
  displaced: number;
  /** New friends above all that are known, and elsewhere. */
  newOnTop: number;
  newBelow: number;
}

/** `active`: of the friends that were missing in the base, those that X has since called active. */
export function orderOf(alignment: Alignment, known: KnownList, active: readonly string[]): OrderCounts {
  const { anchors, movedToTop, outOfPlace, appearedOnTop, appearedBelow } = alignment;
  const inPlace = new Set([...anchors.map(({ id }) => id), ...appearedBelow]);
  const isNew = (id: string) => !known.former.has(id);
  return {
    compared: anchors.length + movedToTop.length + outOfPlace.length,
    displaced: outOfPlace.length + active.filter((id) => inPlace.has(id)).length,
    newOnTop: appearedOnTop.filter(isNew).length,
    newBelow: appearedBelow.filter(isNew).length,
  };
}

/**
 * `suspect`: a friend was out of its place; worth an alert, and no more. `broken`: checks of this parent cannot be
 * relied on, it goes back to full reads.
 */
export type OrderHealth = 'sound' | 'suspect' | 'broken';

/** How far back the reads of a parent say something of X's order today. */
export const ORDER_WINDOW_DAYS = 180;

/** The shares of the rule. Each needs some evidence: one odd friend must not cost months of full reads. */
const LEAST_IN_PLACE = 0.99;
const LEAST_DISPLACED = 3;
const LEAST_ON_TOP = 0.9;

/** A misplaced friend is seen twice: when it goes, and when it is back. The third read is of another one. */
const READS_DISPLACED = 3;

/**
 * Friends that return after the last full read has forgotten them look new at an old place: of a list where 1.5 % a
 * year are suspended and as many deactivated, half of a percent in a window.
 */
const NEW_BELOW = 3;
const NEW_BELOW_SHARE = 0.015;

/** `reads`: the ended reads of one parent in the last ORDER_WINDOW_DAYS, in any order. */
export function orderHealth(reads: readonly OrderCounts[]): OrderHealth {
  const displaced = reads.filter((read) => read.displaced > 0);
  if (displaced.some(isOutOfOrder) || displaced.length >= READS_DISPLACED || isNewElsewhere(reads))
    return 'broken';
  return displaced.length > 0 ? 'suspect' : 'sound';
}

/** Of the parents of a job. */
export interface BrokenOrders {
  /** Read lately. */
  parents: number;
  /** Of them read in full since their order is broken. */
  broken: number;
}

/** Where it befalls so many, X has changed its order, and the others only have not shown it yet. */
const MANY = 3;
const MANY_SHARE = 0.1;

/** The job of these parents goes back to full reads: a few odd lists must not bring that about. */
export const isBrokenForMany = ({ parents, broken }: BrokenOrders): boolean =>
  broken >= MANY && broken >= MANY_SHARE * parents;

const isOutOfOrder = ({ displaced, compared }: OrderCounts): boolean =>
  displaced >= LEAST_DISPLACED && 1 - displaced / compared < LEAST_IN_PLACE;

function isNewElsewhere(reads: readonly OrderCounts[]): boolean {
  const [onTop, below] = [sumOf(reads, 'newOnTop'), sumOf(reads, 'newBelow')];
  const longest = reads.reduce((most, { compared }) => Math.max(most, compared), 0);
  return below >= NEW_BELOW + NEW_BELOW_SHARE * longest && onTop / (onTop + below) < LEAST_ON_TOP;
}

const sumOf = (reads: readonly OrderCounts[], name: keyof OrderCounts): number =>
  reads.reduce((sum, read) => sum + read[name], 0);
