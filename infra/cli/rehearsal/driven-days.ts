import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { Config } from '../../../shared/config.ts';
import { DAY_MS } from '../../../shared/times.ts';
import { readBacklog } from '../../local/pubsub/store.ts';
import type { Stack } from '../../local/stack.ts';

const LOOK_EVERY_MS = 100;
/** What is not acknowledged by then belongs to the next day. */
const LONGEST_REST_MS = 30_000;

/** The days of a rehearsal: each of them a real day before the next, and the last one today. */
export interface DrivenDays {
  /** Tells the time of the present day. */
  clock: Clock;
  /** Of the first day, from the system's time; undefined where no time is driven. */
  offsetMs: number | undefined;
  /** Ends a day, once every message of it is acknowledged. */
  next(stack: Pick<Stack, 'moveTime'>): Promise<void>;
}

/**
 * Time is driven where all of it is ours: not that of an emulator, and not beside rows of before, since no read may be
 * older than the one before it. Else all days are now. `data`: the stack's folder.
 */
export function drivenDays(days: number, system: Clock, data: string, named: Config): DrivenDays {
  const isOurs = named.PUBSUB_EMULATOR_HOST === '' && named.BIGQUERY_EMULATOR_HOST === '';
  if (!isOurs || existsSync(join(data, 'warehouse.duckdb')))
    return { clock: system, offsetMs: undefined, next: async () => {} };
  let offsetMs = (1 - days) * DAY_MS;
  const isQuiet = () =>
    readBacklog(join(data, 'pubsub.sqlite')).every(({ undelivered }) => undelivered === 0);
  return {
    clock: { ...system, now: () => system.now() + offsetMs },
    offsetMs,
    async next(stack) {
      const untilMs = system.now() + LONGEST_REST_MS;
      while (!isQuiet() && system.now() < untilMs) await system.sleep(LOOK_EVERY_MS);
      offsetMs += DAY_MS;
      await stack.moveTime(offsetMs);
    },
  };
}
