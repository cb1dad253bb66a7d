import { longestRun } from './longest-run.ts';

/** A friend that both lists have in the same order; places count from 0 at the top. */
export interface Anchor {
  id: string;
  knownAt: number;
  listedAt: number;
}

/** The prefix of X's list that was read, laid beside the known list. */
export interface Alignment {
  /** The longest run of known friends that X lists in the known order; the last one is the frontier. */
  anchors: Anchor[];
  /** Listed, not known: above the first anchor (all, where there is none), and below it. */
  appearedOnTop: string[];
  appearedBelow: string[];
  /** Known above the frontier, and not listed. */
  missing: { id: string; knownAt: number }[];
  /** Known, listed, and no anchor: followed anew where it stands above the first anchor, else out of its place. */
  movedToTop: string[];
  outOfPlace: string[];
  /** The place of the last friend out of its place, -1 where there is none. */
  outOfPlaceUntil: number;
}

/** `known` and `listed`: newest first, each id once. Linear in the known list, but for the sorting of what is listed. */
export function align(known: readonly string[], listed: readonly string[]): Alignment {
  const knownAt = placesIn(known, listed);
  const both = listed.flatMap((id, listedAt) => {
    const at = knownAt.get(id);
    return at === undefined ? [] : [{ id, listedAt, knownAt: at }];
  });
  const inRun = new Set(longestRun(both.map((friend) => friend.knownAt)));
  const anchors = both.filter((_, index) => inRun.has(index));
  const others = both.filter((_, index) => !inRun.has(index));
  const top = anchors[0]?.listedAt ?? Number.POSITIVE_INFINITY;
  const isAppeared = (id: string) => !knownAt.has(id);
  return {
    anchors,
    appearedOnTop: listed.filter((id, at) => at < top && isAppeared(id)),
    appearedBelow: listed.filter((id, at) => at > top && isAppeared(id)),
    missing: missingAbove(anchors.at(-1), known, knownAt),
    movedToTop: others.filter(({ listedAt }) => listedAt < top).map(({ id }) => id),
    outOfPlace: others.filter(({ listedAt }) => listedAt > top).map(({ id }) => id),
    outOfPlaceUntil: others.findLast(({ listedAt }) => listedAt > top)?.listedAt ?? -1,
  };
}

/** Where the listed friends stand in the known list; it is read no further than to the last of them. */
function placesIn(known: readonly string[], listed: readonly string[]): Map<string, number> {
  const wanted = new Set(listed);
  const places = new Map<string, number>();
  for (const [at, id] of known.entries()) {
    if (wanted.has(id)) places.set(id, at);
    if (places.size === wanted.size) break;
  }
  return places;
}

function missingAbove(frontier: Anchor | undefined, known: readonly string[], listed: Map<string, number>) {
  const missing: Alignment['missing'] = [];
  for (let knownAt = 0; knownAt < (frontier?.knownAt ?? 0); knownAt++) {
    const id = known[knownAt];
    if (id !== undefined && !listed.has(id)) missing.push({ id, knownAt });
  }
  return missing;
}

/** How many anchors prove the deepest gap: they stand below it, and below whatever is out of its place. */
export function anchorsBelowGap({ anchors, missing, outOfPlaceUntil }: Alignment): number {
  const gap = missing.at(-1)?.knownAt ?? -1;
  return anchors.filter(({ knownAt, listedAt }) => knownAt > gap && listedAt > outOfPlaceUntil).length;
}

/** The same without the deepest gap and what stands below it: less is said, and it rests on more. */
export function aboveGap(alignment: Alignment): Alignment {
  const gap = alignment.missing.at(-1)?.knownAt ?? Number.POSITIVE_INFINITY;
  const anchors = alignment.anchors.filter(({ knownAt }) => knownAt < gap);
  const frontier = anchors.at(-1)?.knownAt ?? -1;
  return { ...alignment, anchors, missing: alignment.missing.filter(({ knownAt }) => knownAt < frontier) };
}
