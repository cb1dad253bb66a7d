import type { DispatchRequest, RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import type { Mode } from '../../../shared/plan/reading.ts';
import { commandOn } from '../target/again.ts';
import { rowsOf, text, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';

/** A dispatch as its plan has it: what its request said, as far as history keeps it. */
export interface PlannedDispatch {
  run_id: string;
  job: string;
  dispatch_id: string;
  parent_id: string | null;
  parent_username: string;
  friends_count: number | null;
  page_size: number;
  max_cost_usd: number | null;
  grandparent: string | null;
  /** What was asked for: a check that was made a full read has the reason for it. */
  mode: Mode;
  /** Of a check, as it was asked for; null: as usual, or before that was recorded. */
  keyframe_days: number | null;
  max_depth: number | null;
  dispatched_at: string;
}

/** Takes `@run_ids` ARRAY<STRING>. One row per dispatch: its newest planning, and of those over budget one that knew the account. */
export const plannedDispatchesSql = (dataset: string) => `
SELECT run_id, job, dispatch_id, parent_id, parent_username, friends_count, page_size, max_cost_usd, grandparent,
  IF(mode_reason IS NULL, IFNULL(mode, 'full'), 'check') AS mode, keyframe_days, max_depth, dispatched_at
FROM ${dataset}.dispatches
WHERE run_id IN UNNEST(@run_ids)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY run_id, dispatch_id
  ORDER BY
    republished, IF(after_page IS NULL, 0, 1), IF(status = 'over_budget' AND friends_count IS NULL, 1, 0), planned_at DESC, message_id DESC) = 1
ORDER BY run_id, planned_at, parent_username`;

export const dispatchesOfRuns = (target: Target, runIds: string[]) =>
  rowsOf<PlannedDispatch>(target, plannedDispatchesSql, { run_ids: texts(runIds) });

/** A run with all its dispatches, or one dispatch. */
export const runOfSql = (dataset: string) => `
SELECT DISTINCT run_id, run_id = @id AS is_run
FROM ${dataset}.dispatches
WHERE run_id = @id OR dispatch_id = @id
ORDER BY is_run DESC, run_id`;

/** Those of a run, or the one of that id. Throws Failure where there is none. */
export async function namedDispatches(target: Target, id: string): Promise<PlannedDispatch[]> {
  const [found] = await rowsOf<{ run_id: string; is_run: boolean }>(target, runOfSql, { id: text(id) });
  if (!found)
    throw new Failure(
      `there is no run and no dispatch ${id}. "${commandOn(target, 'status')}" lists the runs there are.`,
    );
  const dispatches = await dispatchesOfRuns(target, [found.run_id]);
  return found.is_run ? dispatches : dispatches.filter(({ dispatch_id }) => dispatch_id === id);
}

/** Takes `@since` TIMESTAMP. What publishing again can move on. */
export const incompleteSql = (dataset: string) => `
SELECT run_id, dispatch_id
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since AND NOT is_final
ORDER BY run_id, dispatch_id`;

export async function incompleteDispatches(target: Target, sinceMs: number): Promise<PlannedDispatch[]> {
  const since = time(sinceMs);
  const rows = await rowsOf<Record<'run_id' | 'dispatch_id', string>>(target, incompleteSql, { since });
  const ids = new Set(rows.map(({ dispatch_id }) => dispatch_id));
  const dispatches = await dispatchesOfRuns(target, [...new Set(rows.map(({ run_id }) => run_id))]);
  return dispatches.filter(({ dispatch_id }) => ids.has(dispatch_id));
}

/** The requests that these dispatches came from, with their run's own id and time: one per run and wording. */
export function rebuiltRequests(dispatches: PlannedDispatch[]): DispatchRequest[] {
  const wording = (of: PlannedDispatch) =>
    JSON.stringify([
      of.run_id,
      of.dispatched_at,
      of.job,
      of.page_size,
      of.max_cost_usd,
      of.grandparent,
      of.mode,
      of.keyframe_days,
      of.max_depth,
    ]);
  return [...Map.groupBy(dispatches, wording).values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { run_id, job, page_size, max_cost_usd, grandparent, mode, dispatched_at } = first;
    const { keyframe_days, max_depth } = first;
    return [
      {
        job: { name: job },
        parents: group.map(parentOf),
        ...(grandparent !== null && { grandparent: JSON.parse(grandparent) }),
        pageSize: page_size,
        ...(max_cost_usd !== null && { maxCostUsd: max_cost_usd }),
        ...(mode === 'check' && { mode }),
        ...(mode === 'check' && keyframe_days !== null && { keyframeDays: keyframe_days }),
        ...(mode === 'check' && max_depth !== null && { maxDepth: max_depth }),
        runId: run_id,
        dispatchedAt: new Date(dispatched_at).toISOString(),
      },
    ];
  });
}

/** As a request names it. */
export const parentOf = ({
  parent_id,
  parent_username,
  friends_count,
}: Pick<PlannedDispatch, 'parent_id' | 'parent_username' | 'friends_count'>): RequestedParent => ({
  username: parent_username,
  ...(parent_id !== null && { id: parent_id }),
  ...(friends_count !== null && { friendsCount: friends_count }),
});
