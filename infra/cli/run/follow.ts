import { rowsOf, text, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { type DispatchProgress, hasEnded, progressOf } from './run-progress.ts';
import { runSizesOf } from './run-size.ts';

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
): Promise<void> {
  const params = { run_id: text(runId), since: time(sinceMs) };
  for (;;) {
    const [row] = await rowsOf<{ planned: number }>(target, plannedSinceSql, params);
    if ((row?.planned ?? 0) >= dispatches) return;
    await target.clock.sleep(LOOK_EVERY_MS);
  }
}

/** Looks until every parent of these runs has ended, or until `untilMs`; `seen` gets each look. */
export async function followRuns(
  target: Target,
  runIds: string[],
  untilMs: number,
  seen: (progress: DispatchProgress[]) => void,
): Promise<{ result: 'ended' | 'out-of-time'; progress: DispatchProgress[] }> {
  for (;;) {
    const sizes = await runSizesOf(target, runIds);
    const arePlanned = runIds.every((runId) => sizes.get(runId)?.unplanned === 0);
    const progress = await progressOf(target, runIds);
    seen(progress);
    if (arePlanned && progress.every(hasEnded)) return { result: 'ended', progress };
    if (target.clock.now() >= untilMs) return { result: 'out-of-time', progress };
    await target.clock.sleep(LOOK_EVERY_MS);
  }
}
