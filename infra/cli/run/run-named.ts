import { rowsOf, text } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { Failure } from '../terminal/errors.ts';

/** As short as "--watch" shows an id. */
const SHORT_ID = /^[0-9a-f]{8}[0-9a-f-]{0,27}$/;

/** Takes `@id` STRING. */
export const runsNamedSql = (dataset: string) => `
SELECT run_id FROM ${dataset}.dispatches WHERE STARTS_WITH(run_id, @id)
UNION DISTINCT
SELECT run_id FROM ${dataset}.requested_dispatches WHERE STARTS_WITH(run_id, @id)
ORDER BY run_id`;

export async function isRunKnown(target: Target, runId: string): Promise<boolean> {
  const begun = await rowsOf<{ run_id: string }>(target, runsNamedSql, { id: text(runId) });
  return begun.some(({ run_id }) => run_id === runId);
}

/** Takes `@id` STRING. */
export const dispatchesNamedSql = (dataset: string) => `
SELECT DISTINCT IF(STARTS_WITH(run_id, @id), run_id, dispatch_id) AS id
FROM ${dataset}.dispatches
WHERE STARTS_WITH(run_id, @id) OR STARTS_WITH(dispatch_id, @id)
ORDER BY id`;

/** The id of the run that a short one begins; any other is returned as it is. Throws Failure where it begins several. */
export async function runNamed(target: Target, id: string): Promise<string> {
  if (!SHORT_ID.test(id)) return id;
  const runs = await rowsOf<{ run_id: string }>(target, runsNamedSql, { id: text(id) });
  return onlyOne(
    runs.map(({ run_id }) => run_id),
    id,
    'runs',
  );
}

/** The same of a run or a dispatch. */
export async function runOrDispatchNamed(target: Target, id: string): Promise<string> {
  if (!SHORT_ID.test(id)) return id;
  const found = await rowsOf<{ id: string }>(target, dispatchesNamedSql, { id: text(id) });
  return onlyOne(
    found.map((row) => row.id),
    id,
    'runs and dispatches',
  );
}

function onlyOne([first, ...more]: string[], id: string, what: string): string {
  if (more.length > 0)
    throw new Failure(`${more.length + 1} ${what} begin with ${id}. Name one by more of its id.`);
  return first ?? id;
}
