import * as fc from 'fast-check';
import { type Dispatched, ParentReader } from './parent-reader.ts';
import type { SimulatedList } from './simulated-list.ts';
import { Truth } from './truth.ts';

/** What befalls a list; `at` counts those whom it may befall from the newest, round and round. */
export interface Event {
  kind: 'follow' | 'follow anew' | 'unfollow' | 'suspend' | 'deactivate' | 'return';
  at: number;
}

/** Until a dispatch, which looks up a count that is `lag` changes old and `off` by some; and between its pages. */
export interface Turn {
  events: Event[];
  lag: number;
  off: number;
  during: Event[];
}

export interface History {
  friends: number;
  keyframeDays: number;
  maxDepth: number | null;
  turns: Turn[];
}

/** A dispatch of a history, and what was true of the list meanwhile. */
export interface Told {
  dispatched: Dispatched;
  atMs: number;
  count: number;
  list: SimulatedList;
  keyframeDays: number;
  /** Of the last full read before this dispatch. */
  fullReadAtMs: number | null;
  /** Was not listed at some moment since the base was read. */
  wasGone(id: string): boolean;
  /** Was listed at some moment of this dispatch. */
  wasListed(id: string): boolean;
}

/** As many friends that were followed anew, in the known order, look like a gap above them: see finding.ts. */
const MOST_FOLLOWED_ANEW = 2;
const HALF_DAY_MS = 43_200_000;

const event: fc.Arbitrary<Event> = fc.record({
  kind: fc.constantFrom('follow', 'follow', 'unfollow', 'follow anew', 'suspend', 'deactivate', 'return'),
  // Most of what happens, happens near the top.
  at: fc.oneof(fc.nat({ max: 4 }), fc.nat({ max: 400 })),
});

/** Friends next to each other are followed anew, newer ones perhaps, and others go: it looks as if a gap were on top. */
const feint: fc.Arbitrary<Event[]> = fc
  .record({
    at: fc.integer({ min: 1, max: 4 }),
    newer: fc.nat({ max: 2 }),
    gone: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ at, newer, gone }) => [
    { kind: 'follow anew', at },
    { kind: 'follow anew', at },
    ...Array.from({ length: newer }, (): Event => ({ kind: 'follow', at: 0 })),
    ...Array.from({ length: gone }, (): Event => ({ kind: 'unfollow', at: 90 })),
  ]);

const turn: fc.Arbitrary<Turn> = fc.record({
  events: fc.oneof(
    { weight: 4, arbitrary: fc.array(event, { maxLength: 3 }) },
    { weight: 2, arbitrary: fc.array(event, { minLength: 3, maxLength: 30 }) },
    { weight: 1, arbitrary: feint },
  ),
  lag: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 8 }) }),
  off: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -5, max: 5 }) },
    { weight: 1, arbitrary: fc.constant(-400) },
  ),
  during: fc.oneof(
    { weight: 4, arbitrary: fc.constant<Event[]>([]) },
    { weight: 1, arbitrary: fc.array(event, { maxLength: 3 }) },
  ),
});

const history: fc.Arbitrary<History> = fc.record({
  friends: fc.oneof(fc.nat({ max: 30 }), fc.integer({ min: 100, max: 320 })),
  keyframeDays: fc.constantFrom(2, 30),
  maxDepth: fc.constantFrom(null, 40),
  turns: fc.array(turn, { minLength: 1, maxLength: 25 }),
});

/** Lives through a history, with a dispatch every half day; `look` is called after each. */
function tell({ friends, keyframeDays, maxDepth, turns }: History, look: (told: Told) => void): void {
  const truth = new Truth(friends);
  const { list } = truth;
  const reader = new ParentReader({ parentId: '42', keyframeDays, maxDepth });
  let [baseMoment, followedAnew] = [0, 0];
  let fullReadAtMs: number | null = null;
  const happen = (events: Event[]) => {
    for (const one of events) {
      if (one.kind === 'follow anew' && followedAnew === MOST_FOLLOWED_ANEW) continue;
      if (one.kind === 'follow anew') followedAnew++;
      befall(truth, one);
    }
  };
  for (const [index, { events, lag, off, during }] of turns.entries()) {
    happen(events);
    const [moment, atMs] = [truth.moment, (index + 1) * HALF_DAY_MS];
    const count = Math.max(0, truth.countBefore(lag) + off);
    const anewBefore = followedAnew;
    let left = during;
    const dispatched = reader.dispatch(list, count, atMs, () => {
      happen(left);
      left = [];
    });
    const wasGone = (id: string) => truth.wasSince(baseMoment, id, false);
    const wasListed = (id: string) => truth.wasSince(moment, id, true);
    look({ dispatched, atMs, count, list, keyframeDays, fullReadAtMs, wasGone, wasListed });
    if (dispatched.state === 'complete' && isBase(dispatched)) fullReadAtMs = atMs;
    if (!isBase(dispatched)) continue;
    [baseMoment, followedAnew] = [moment, followedAnew - anewBefore];
  }
}

const isBase = ({ state, planning }: Dispatched) =>
  state !== 'unaligned' && planning.reason !== 'count_collapsed';

function befall(truth: Truth, { kind, at }: Event): void {
  const { list } = truth;
  if (kind === 'follow') {
    truth.changed(list.follow());
    return;
  }
  const ids = kind === 'return' ? list.absent() : list.listed();
  const id = ids[at % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (kind === 'suspend') list.suspend(id);
  else if (kind === 'deactivate') list.deactivate(id);
  else if (kind === 'return') list.restore(id);
  else list.unfollow(id);
  truth.changed(id);
  if (kind === 'follow anew') truth.changed(list.follow(id));
}

/** Holds after every dispatch of any history. */
export function always(runs: number, holds: (told: Told) => void): void {
  fc.assert(
    fc.property(history, (one) => tell(one, holds)),
    { numRuns: runs },
  );
}
