import type { Clock } from '../../../shared/clock.ts';
import { timestampOf } from '../../../shared/warehouse/timestamps.ts';
import type { Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';

/** Takes `@run_id` STRING and `@since` TIMESTAMP. */
export const plannedSinceSql = (dataset: string) => `
SELECT COUNT(DISTINCT dispatch_id) AS planned
FROM ${dataset}.dispatches
WHERE planned_at >= @since AND run_id = @run_id`;

const LOOK_EVERY_MS = 250;

/** Waits until so many dispatches of the run have been planned since `sinceMs`, whatever came of it. */
export async function plannedAgain(
  target: Target,
  { runId, dispatches, sinceMs }: { runId: string; dispatches: number; sinceMs: number },
  clock: Clock,
): Promise<void> {
  const params = { run_id: runId, since: timestampOf(sinceMs) };
  const types = { run_id: 'STRING', since: 'TIMESTAMP' };
  for (;;) {
    const [row] = await rowsOf(target, plannedSinceSql, params, types);
    if (Number(row?.planned) >= dispatches) return;
    await clock.sleep(LOOK_EVERY_MS);
  }
}
