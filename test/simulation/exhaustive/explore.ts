import { flawIn, storyOf } from './flaws.ts';
import { after, choicesIn, firstWorld, isFault, nameOf, type Place, type Scope } from './world.ts';

export interface Explored {
  /** Different situations, and steps between them. */
  situations: number;
  steps: number;
  /** Situations in which nothing is left to happen. */
  ends: number;
  /** How often each choice was taken. */
  taken: Record<string, number>;
  /** A broken promise and the steps that lead there. */
  flaw: { what: string; path: string[] } | null;
}

interface Visited {
  place: Place;
  /** Names of where one gets from here without any further fault; none: it is an end. */
  next: string[];
}

/** Goes through every order of events in the scope; the first flaw ends it. */
export async function explore(scope: Scope): Promise<Explored> {
  const visited = new Map<string, Visited>();
  const explored: Explored = { situations: 0, steps: 0, ends: 0, taken: {}, flaw: null };
  const open: { place: Place; name: string }[] = [];
  const enter = (place: Place): string => {
    const name = nameOf(place.world);
    const before = visited.get(name);
    if (before && before.place.world.faultsLeft >= place.world.faultsLeft) return name;
    visited.set(name, { place, next: [] });
    open.push({ place, name });
    return name;
  };
  enter({ world: firstWorld(scope), from: null });
  // An array gives what is added while it is gone through; the nearest come first, so a flaw has a short story.
  for (const { place, name } of open) {
    if (explored.flaw) break;
    // Meanwhile somebody may have come here with more faults left.
    const here = visited.get(name);
    if (here?.place !== place) continue;
    const choices = choicesIn(place.world);
    const isEnd = choices.every(isFault);
    if (isEnd) explored.ends++;
    const what = flawIn(place.world, isEnd);
    if (what) explored.flaw = { what, path: storyOf(place) };
    for (const by of choices) {
      const nextName = enter({ world: await after(place.world, by), from: { place, by } });
      if (!isFault(by)) here.next.push(nextName);
      explored.steps++;
      explored.taken[by.what] = (explored.taken[by.what] ?? 0) + 1;
    }
  }
  explored.situations = visited.size;
  explored.flaw ??= stuckIn(visited);
  return explored;
}

/** A situation from which no end can be reached without any further fault; null: there is none. */
function stuckIn(visited: Map<string, Visited>): Explored['flaw'] {
  const from = new Map<string, string[]>();
  const live = new Set<string>();
  for (const [name, { next }] of visited) {
    if (next.length === 0) live.add(name);
    for (const to of next) {
      const known = from.get(to);
      if (known) known.push(name);
      else from.set(to, [name]);
    }
  }
  // A set visits what is added while it is gone through.
  for (const name of live) for (const before of from.get(name) ?? []) live.add(before);
  for (const [name, { place }] of visited)
    if (!live.has(name)) return { what: 'no end can be reached from here', path: storyOf(place) };
  return null;
}
