import { FRIENDS, type SketchedDispatch, TICK_MINUTES, TICKS } from './history.ts';
import type { Row } from './rows.ts';

export type Names = ReturnType<typeof namesOf>;

/** Accounts 0..6 are friends, 7 and 8 the parents. */
export function namesOf(index: number, nowMs: number) {
  // Half a tick from now, so that no age is near the 24 hours after which a dispatch has stalled.
  const startMs = nowMs - (TICKS + 0.5) * TICK_MINUTES * 60_000;
  return {
    of: (kind: string, ...numbers: number[]) => [kind, index, ...numbers].join('-'),
    id: (account: number) => String(index * 100 + account),
    username: (account: number, version = 0) => `User${index}_${account}_${version}`,
    time: (tick: number) => new Date(startMs + tick * TICK_MINUTES * 60_000).toISOString(),
  };
}

/** The columns that all rows of a dispatch have in common. */
export function keysOf({ parent, grandparent, tick }: SketchedDispatch, number: number, names: Names): Row {
  return {
    run_id: names.of('run', number),
    job: names.of('job'),
    dispatch_id: names.of('dispatch', number),
    parent_id: names.id(FRIENDS + parent),
    parent_username: names.username(FRIENDS + parent),
    grandparent_id: grandparent === null ? null : names.id(grandparent),
    grandparent_username: grandparent === null ? null : names.username(grandparent),
    dispatched_at: names.time(tick),
  };
}
