import { rowsOf, text, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/**
 * Takes `@run_id`, `@word` ('stop' or 'go') and `@reason` STRING, `@at` TIMESTAMP. An INSERT, which the next query sees;
 * the newest word counts, so that it is later than all before it, whatever the clock of who said those (R30).
 */
export const sayStopSql = (dataset: string) => `
INSERT INTO ${dataset}.stops (run_id, is_stopped, said_at, reason)
SELECT
  @run_id,
  @word = 'stop',
  GREATEST(@at, IFNULL(TIMESTAMP_ADD(MAX(said_at), INTERVAL 1 MICROSECOND), @at)),
  @reason
FROM ${dataset}.stops`;

export interface Word {
  word: 'stop' | 'go';
  /** Null: of all. */
  runId: string | null;
  reason: string | null;
}

/** Throws RetryLater. */
export async function say(target: Target, { word, runId, reason }: Word): Promise<void> {
  const params = { run_id: text(runId), word: text(word), reason: text(reason) };
  await rowsOf(target, sayStopSql, { ...params, at: time(target.clock.now()) });
}
