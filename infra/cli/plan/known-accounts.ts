import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import { forgottenAccounts } from '../forgotten/accounts.ts';
import { rowsOf, texts } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** What history knows that bears on a new run. */
export interface KnownAccounts {
  /** The last known friends counts, by lower-cased username. */
  counts: Map<string, number>;
  /** The ids that X has given, by lower-cased username. */
  ids: Map<string, string>;
  isForgotten(parent: RequestedParent): boolean;
}

/** Takes `@usernames` ARRAY<STRING>, in lower case. The newest planning that knew the count. */
export const knownCountsSql = (dataset: string) => `
SELECT LOWER(parent_username) AS username, parent_id, friends_count
FROM ${dataset}.dispatches
WHERE LOWER(parent_username) IN UNNEST(@usernames) AND friends_count IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY LOWER(parent_username) ORDER BY planned_at DESC, dispatched_at DESC, friends_count) = 1`;

type KnownCount = { username: string; parent_id: string | null; friends_count: number };

export async function knownAccounts(target: Target, parents: RequestedParent[]): Promise<KnownAccounts> {
  const usernames = texts(parents.map(({ username }) => username.toLowerCase()));
  const [planned, forgotten] = await Promise.all([
    rowsOf<KnownCount>(target, knownCountsSql, { usernames }),
    forgottenAccounts(target),
  ]);
  const ids = new Map(
    planned.flatMap((row) => (row.parent_id === null ? [] : [[row.username, row.parent_id]])),
  );
  const gone = new Set<unknown>(forgotten.flatMap(({ id }) => id ?? []));
  const goneNames = new Set(forgotten.map(({ username }) => username));
  return {
    ids,
    counts: new Map(planned.map((row) => [row.username, row.friends_count])),
    isForgotten({ username, id }) {
      const name = username.toLowerCase();
      return goneNames.has(name) || gone.has(id ?? ids.get(name));
    },
  };
}
