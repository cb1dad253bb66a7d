import { rowsOf, text } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** Takes `@parent` STRING, a username in lower case or an account id. The id is null where it was never learnt. */
export const parentIdsSql = (dataset: string) => `
SELECT DISTINCT parent_id
FROM ${dataset}.dispatch_progress
WHERE LOWER(parent_username) = @parent OR parent_id = @parent`;

/**
 * The ids of a parent that is named by username or id: what is asked by id has what was before a rename too. Null
 * where no run has had such a parent; empty where none has learnt its id.
 */
export async function parentIds(target: Target, account: string): Promise<string[] | null> {
  const parent = text(account.replace(/^(@|id:)/i, '').toLowerCase());
  const rows = await rowsOf<{ parent_id: string | null }>(target, parentIdsSql, { parent });
  return rows.length === 0 ? null : rows.flatMap(({ parent_id }) => parent_id ?? []);
}
