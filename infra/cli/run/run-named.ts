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

/** The id of the run that a short one begins; any other is returned as it is. Throws Failure where it begins several. */
export async function runNamed(target: Target, id: string): Promise<string> {
  if (!SHORT_ID.test(id)) return id;
  const [first, ...more] = await rowsOf<{ run_id: string }>(target, runsNamedSql, { id: text(id) });
  if (more.length > 0)
    throw new Failure(`${more.length + 1} runs begin with ${id}. Name one by more of its id.`);
  return first?.run_id ?? id;
}
