import * as fc from 'fast-check';
import { PLANNINGS, type PlanKind } from './history-plans.ts';

/**
 * Random histories of two parents: as the services would write them, and as they could at worst. A history is
 * plain data that shrinks well; `rowsOf` (history-rows.ts) makes rows of it whose ids no other history has, so that
 * many of them lie in one warehouse without touching each other.
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
  parent: number;
  grandparent: number | null;
  tick: number;
  plan: PlanKind;
  /** Friends are renamed from version to version. */
  nameVersion: number;
  fetches: SketchedFetch[];
  check: SketchedCheck | null;
  order: { compared: number; displaced: number; new_on_top: number; new_below: number } | null;
  /** What an operator said of its run, the newest last. */
  said: SketchedWord[];
  /** Its pages come from an archive; of those that were planned as well, as they could at worst. */
  isImported: boolean;
}

export interface SketchedWord {
  word: 'stop' | 'go';
  tick: number;
}

/** Of a dispatch that is a check: what its pages say that would end a list. */
export interface SketchedCheck {
  /** `end`: X's list is over. Null: it goes on all the same. */
  endedBy: 'overlap' | 'limit' | 'end' | null;
  isAligned: boolean;
  /** Those that the check has read are not among them. */
  missing: number[];
  fewer: number;
  more: number;
}

export interface SketchedFetch {
  /** 0: of the first page; else of the page after the so many-th earlier fetch that goes on. */
  before: number;
  /** Since the fetch before it. */
  ticks: number;
  friends: number[];
  /** Friends that X names in a problem of the page; some may be listed all the same. */
  unknown: number[];
  /** How many accounts on it have no id that can be read. */
  unreadable: number;
  end: 'more' | 'ends' | 'unavailable';
  /** Its row is not stored. */
  lost: boolean;
  /** It was asked for by a plan that was stored late, where there is one. */
  late: boolean;
}

export const FRIENDS = 7;
export const PARENTS = 2;
/** Friends beyond them, of whom a first page may have so many: lists from which others fall below half. */
const CROWDS = [0, 0, 20, 44];
/** Times are counted in ticks from the start of the history. */
export const TICKS = 600;
export const TICK_MINUTES = 10;

const friend = fc.nat({ max: FRIENDS - 1 });
const unknown = fc.array(friend, { maxLength: 2 }).map((ids) => ids.slice(1));
const unreadable = fc.nat({ max: 9 }).map((n) => Math.max(0, n - 8));
const late = fc.nat({ max: 4 }).map((n) => n === 4);
const crowd = fc
  .constantFrom(...CROWDS)
  .map((size) => Array.from({ length: size }, (_, index) => FRIENDS + PARENTS + index));

/** One fetch of each page, up to the end of the list. */
const clean: fc.Arbitrary<SketchedFetch[]> = fc
  .record({
    friends: fc.shuffledSubarray(Array.from({ length: FRIENDS }, (_, index) => index)),
    pageSize: fc.integer({ min: 1, max: 4 }),
    ...{ unknown, unreadable, late, crowd },
  })
  .map(({ friends, pageSize, unknown, unreadable, late, crowd }) => {
    const pages = Math.max(1, Math.ceil(friends.length / pageSize));
    return Array.from({ length: pages }, (_, page) => ({
      before: page,
      ticks: Math.min(page, 1),
      friends: [...friends.slice(page * pageSize, (page + 1) * pageSize), ...(page === 0 ? crowd : [])],
      unknown: page === 0 ? unknown : [],
      unreadable: page === 0 ? unreadable : 0,
      end: page === pages - 1 ? 'ends' : 'more',
      lost: false,
      late,
    }));
  });

/** Any fetches of any pages, each from some copy of the page before it. */
const tangled: fc.Arbitrary<SketchedFetch[]> = fc.array(
  fc.record({
    before: fc.nat({ max: 3 }),
    ticks: fc.nat({ max: 2 }),
    friends: fc.array(friend, { maxLength: 3 }),
    ...{ unknown, unreadable, late },
    end: fc.constantFrom('more' as const, 'more' as const, 'ends' as const, 'unavailable' as const),
    lost: fc.nat({ max: 9 }).map((n) => n === 9),
  }),
  { maxLength: 6 },
);

const check: fc.Arbitrary<SketchedCheck> = fc.record({
  endedBy: fc.constantFrom('overlap' as const, 'overlap' as const, 'limit' as const, 'end' as const, null),
  isAligned: fc.nat({ max: 3 }).map((n) => n > 0),
  missing: fc.uniqueArray(friend, { maxLength: 3 }),
  fewer: fc.nat({ max: 2 }).map((n) => n % 2),
  more: fc.nat({ max: 2 }).map((n) => n % 2),
});

const order = fc.record({
  compared: fc.nat({ max: 400 }).map((n) => n + 10),
  displaced: fc.constantFrom(0, 0, 0, 1, 4),
  new_on_top: fc.nat({ max: 6 }),
  new_below: fc.constantFrom(0, 0, 0, 1, 7),
});

const word: fc.Arbitrary<SketchedWord> = fc.record({
  word: fc.constantFrom('stop' as const, 'go' as const),
  tick: fc.nat({ max: TICKS }),
});

const dispatch: fc.Arbitrary<SketchedDispatch> = fc.record({
  parent: fc.constantFrom(0, 0, 1),
  grandparent: fc.option(friend),
  // Coarse, so that some dispatches overlap.
  tick: fc.nat({ max: 40 }).map((step) => step * 14),
  plan: fc.oneof(
    { weight: 2, arbitrary: fc.constant('dispatched' as const) },
    fc.constantFrom(...(Object.keys(PLANNINGS) as PlanKind[])),
  ),
  nameVersion: fc.nat({ max: 1 }),
  fetches: fc.oneof(
    { weight: 4, arbitrary: clean },
    { weight: 2, arbitrary: tangled },
    { weight: 1, arbitrary: fc.constant<SketchedFetch[]>([]) },
  ),
  check: fc.option(check, { freq: 2 }),
  order: fc.option(order),
  said: fc.oneof({ weight: 3, arbitrary: fc.constant<SketchedWord[]>([]) }, fc.array(word, { maxLength: 3 })),
  isImported: fc.nat({ max: 4 }).map((n) => n === 4),
});

export const history: fc.Arbitrary<History> = fc.record({
  dispatches: fc.array(dispatch, { minLength: 1, maxLength: 9 }),
  observations: fc.array(
    fc.record({
      friend,
      tick: fc.nat({ max: TICKS }),
      status: fc.constantFrom('active', 'suspended', 'not_found', 'protected', 'unknown'),
    }),
    // So many that some of 200 histories come across each status of a friend that is missing.
    { maxLength: 8 },
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
