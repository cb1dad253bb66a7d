import { rowsOf, texts } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** Takes `@ids` ARRAY<STRING>. What X has called them last, else what they were asked for by. */
export const parentNamesSql = (dataset: string) => `
WITH named AS (
  SELECT id, username, observed_at AS named_at, 0 AS rank
  FROM ${dataset}.account_metadata
  WHERE id IN UNNEST(@ids)
  UNION ALL
  SELECT parent_id, parent_username, planned_at, 1
  FROM ${dataset}.dispatches
  WHERE parent_id IN UNNEST(@ids)
)
SELECT id, username
FROM named
WHERE username IS NOT NULL
QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY rank, named_at DESC, username) = 1
ORDER BY id`;

/** An archive names a parent by its id alone. By id the usernames that the warehouse knows. Throws RetryLater. */
export async function parentNames(target: Target, ids: Iterable<string>): Promise<Map<string, string>> {
  const rows = await rowsOf<Record<'id' | 'username', string>>(target, parentNamesSql, {
    ids: texts([...ids]),
  });
  return new Map(rows.map(({ id, username }) => [id, username]));
}
