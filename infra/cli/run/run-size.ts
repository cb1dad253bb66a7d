import { rowsOf, texts } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** How large a run is. */
export interface RunSize {
  /** Parents that it was asked for; null where that is not recorded (yet). */
  parents: number | null;
  /** Those of them of which no planning is recorded. */
  unplanned: number;
}

/** Takes `@run_ids` ARRAY<STRING>. A forgotten parent counts as any other, though no view shows it. */
export const runSizesSql = (dataset: string) => `
SELECT requested.run_id, COUNT(*) AS parents, COUNTIF(planned.dispatch_id IS NULL) AS unplanned
FROM (
  SELECT DISTINCT run_id, dispatch_id FROM ${dataset}.requested_dispatches WHERE run_id IN UNNEST(@run_ids)
) AS requested
LEFT JOIN (
  SELECT DISTINCT run_id, dispatch_id FROM ${dataset}.dispatches WHERE run_id IN UNNEST(@run_ids)
) AS planned ON planned.run_id = requested.run_id AND planned.dispatch_id = requested.dispatch_id
GROUP BY requested.run_id`;

type Row = { run_id: string; parents: number; unplanned: number };

/** By run id; of a run whose size is not known there is none. */
export async function runSizesOf(target: Target, runIds: string[]): Promise<Map<string, RunSize>> {
  const rows = await rowsOf<Row>(target, runSizesSql, { run_ids: texts(runIds) });
  return new Map(rows.map(({ run_id, parents, unplanned }) => [run_id, { parents, unplanned }]));
}

export const UNKNOWN_SIZE: RunSize = { parents: null, unplanned: 0 };
