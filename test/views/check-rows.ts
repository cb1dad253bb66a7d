import { list } from './lists.ts';
import { type PageSketch, page, type Row } from './rows.ts';

/** What a check concludes with a page. */
export interface Conclusion {
  /** Null: it goes on. */
  endedBy?: 'overlap' | 'limit' | 'end' | null;
  /** Null: it has not met the list as it was known. */
  frontier?: string | null;
  missing?: string[];
  withheld?: string[];
  fewer?: number;
  more?: number;
}

/** A page of a check; of one page unless `varying` says otherwise, and X's list goes on behind it. */
export function check(
  dispatch: string,
  at: number,
  friends: NonNullable<PageSketch['friends']>,
  { endedBy = 'overlap', frontier, missing = [], withheld = [], fewer = 0, more = 0 }: Conclusion = {},
  varying: Partial<PageSketch> = {},
): Row {
  const sketch = { dispatch, fetch: `${dispatch}1`, friends, at, more: endedBy !== 'end', ...varying };
  const last = sketch.friends.at(-1);
  const deepest = typeof last === 'string' ? last : (last?.[0] ?? null);
  return page(sketch, {
    mode: 'check',
    check: {
      ...{ base_dispatch_id: 'a', ended_by: endedBy, appeared: [], missing, withheld },
      ...{ frontier_id: frontier === undefined ? deepest : frontier },
      ...{ fewer, more, unfound: 0, fruitless: 0 },
    },
  });
}

/** What checks in tests rest on. */
export const base = list('a', 90, ['11', '12', '13', '14']);
/** A check that goes on after its first page, and how its second page is called. */
export const goesOn = check('b', 80, ['11'], { endedBy: null, missing: ['12'] });
export const second = { fetch: 'b2', lineage: ['b1'] };
/** The list of a check cannot be read on: its second page. */
export const closed: Row = {
  ...check('b', 70, [], {}, second),
  ...{ outcome: 'unavailable', reason: 'protected', next_token: null, check: null },
};
