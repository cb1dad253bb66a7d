/** The worlds that were, so that X can say a count that is no longer true. */
import type { World } from './world.ts';

/** Oldest first: each was the world until then. In memory, as the faults are that ask for it. */
export type Past = { untilMs: number; world: World }[];

/** Carries out what may change the world, and keeps the one before if it did. */
export function keepingPast<T>(past: Past, world: World, nowMs: number, change: () => T): T {
  const before = { ...world };
  const result = change();
  const fields = ['seed', 'day', 'accounts', 'statuses', 'losses', 'misplaced'] as const;
  if (fields.some((field) => before[field] !== world[field])) past.push({ untilMs: nowMs, world: before });
  return result;
}

export const worldAt = (past: Past, present: World, ms: number): World =>
  past.find(({ untilMs }) => untilMs > ms)?.world ?? present;
