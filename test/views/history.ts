import * as fc from 'fast-check';

/**
 * Random histories of two parents: as the services would write them, and as they could at worst. A history is
 * plain data that shrinks well; `rowsOf` (history-rows.ts) makes rows of it whose ids no other history has, so that many of them
 * lie in one warehouse without touching each other.
 */
export interface History {
  dispatches: SketchedDispatch[];
  /** Look-ups of vanished friends. */
  observations: { friend: number; tick: number; status: string }[];
  forgotten: { account: number; by: 'id' | 'username' | 'both' }[];
  /** Which rows are stored once more, by index; and what shuffles all rows. */
  duplicates: number[];
  shuffle: number;
}

export interface SketchedDispatch {
  parent: 0 | 1;
  grandparent: number | null;
  tick: number;
  plan: PlanKind;
  /** Friends are renamed from version to version. */
  nameVersion: number;
  pages: CleanPages | TangledPages;
}

/** One fetch of each page, up to the end of the list. */
export interface CleanPages {
  kind: 'clean';
  friends: number[];
  pageSize: number;
}

/** Any fetches of any pages, each from some copy of the page before it. */
export interface TangledPages {
  kind: 'tangled';
  fetches: {
    before: number;
    ticks: number;
    friends: number[];
    end: 'more' | 'ends' | 'unavailable';
    lost: boolean;
  }[];
}

type PlanKind = (typeof PLANS)[number];

const PLANS = [
  'dispatched',
  'missing',
  'not_found',
  'over_budget',
  'twice over_budget',
  'over_budget, then dispatched',
  'dispatched, then republished',
  'dispatched, then not republished',
  'dispatched, another stored late',
  'over_budget, another stored late',
] as const;

export const FRIENDS = 7;
const PARENTS = 2;
/** Times are counted in ticks from the start of the history. */
export const TICKS = 600;
export const TICK_MINUTES = 10;

const friend = fc.nat({ max: FRIENDS - 1 });

const clean: fc.Arbitrary<CleanPages> = fc.record({
  kind: fc.constant('clean' as const),
  friends: fc.shuffledSubarray(Array.from({ length: FRIENDS }, (_, index) => index)),
  pageSize: fc.integer({ min: 1, max: 4 }),
});

const tangled: fc.Arbitrary<TangledPages> = fc.record({
  kind: fc.constant('tangled' as const),
  fetches: fc.array(
    fc.record({
      before: fc.nat({ max: 3 }),
      ticks: fc.nat({ max: 2 }),
      friends: fc.array(friend, { maxLength: 3 }),
      end: fc.constantFrom('more' as const, 'more' as const, 'ends' as const, 'unavailable' as const),
      lost: fc.nat({ max: 9 }).map((n) => n === 9),
    }),
    { maxLength: 6 },
  ),
});

const noPages: TangledPages = { kind: 'tangled', fetches: [] };

const dispatch: fc.Arbitrary<SketchedDispatch> = fc.record({
  parent: fc.constantFrom(0 as const, 0 as const, 1 as const),
  grandparent: fc.option(friend),
  // Coarse, so that some dispatches overlap.
  tick: fc.nat({ max: 40 }).map((step) => step * 14),
  plan: fc.oneof({ weight: 2, arbitrary: fc.constant('dispatched' as const) }, fc.constantFrom(...PLANS)),
  nameVersion: fc.nat({ max: 1 }),
  pages: fc.oneof(
    { weight: 4, arbitrary: clean },
    { weight: 2, arbitrary: tangled },
    { weight: 1, arbitrary: fc.constant(noPages) },
  ),
});

export const history: fc.Arbitrary<History> = fc.record({
  dispatches: fc.array(dispatch, { minLength: 1, maxLength: 9 }),
  observations: fc.array(
    fc.record({
      friend,
      tick: fc.nat({ max: TICKS }),
      status: fc.constantFrom('active', 'suspended', 'not_found', 'protected'),
    }),
    { maxLength: 4 },
  ),
  forgotten: fc.array(
    fc.record({
      account: fc.nat({ max: FRIENDS + PARENTS - 1 }),
      by: fc.constantFrom('id', 'username', 'both'),
    }),
    { maxLength: 1 },
  ),
  duplicates: fc.array(fc.nat(), { maxLength: 10 }),
  shuffle: fc.nat(),
});
