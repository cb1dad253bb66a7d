import type { Carried } from './plan.ts';

/** `overlap`: what changed is explained. `limit`: `max_friends` is used up. `end`: X's list is over. */
export type EndedBy = 'overlap' | 'limit' | 'end';

/** How a check ended; `complete` is a full read like any other. */
export type CheckState = 'checked' | 'open' | 'unaligned' | 'complete';

/** The record `check` in a row of `completed_scrapes`: what is known with this page and all before it. */
export interface CheckRecord {
  base_dispatch_id: string;
  /** Null: the check goes on. Only of a check that has ended is anything but `appeared` a statement. */
  ended_by: EndedBy | null;
  /** The deepest friend down to which the known list was met; null: nothing is said of absence. */
  frontier_id: string | null;
  /** Listed, and not in the known list. */
  appeared: string[];
  /** Gone: missing, and proven. What is missing without proof stands in `withheld` only. */
  missing: string[];
  /** Missing without proof: stays in the known list, and X is asked about it. */
  withheld: string[];
  fewer: number;
  more: number;
  unfound: number;
  fruitless: number;
}

/** Null while it goes on. */
export function stateOf({ ended_by, frontier_id, fewer, more }: CheckRecord): CheckState | null {
  switch (ended_by) {
    case null:
      return null;
    case 'end':
      return 'complete';
    case 'limit':
    case 'overlap':
      if (frontier_id === null) return 'unaligned';
      return fewer === 0 && more === 0 ? 'checked' : 'open';
  }
}

/** What the next check takes over; a full read leaves nothing open. */
export function carriedOf(record: CheckRecord | null): Carried {
  if (record === null) return { fewer: 0, unfound: 0, more: 0, fruitless: 0 };
  const { fewer, unfound, more, fruitless } = record;
  return { fewer, unfound, more, fruitless };
}
