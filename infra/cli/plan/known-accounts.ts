import type { RequestedParent } from '../../../shared/messages/dispatch-request.ts';
import type { Target } from '../target/target.ts';
import { rowsOf } from '../target/warehouse.ts';

/** What history knows that bears on a new run. */
export interface KnownAccounts {
  /** The last known friends counts, by lower-cased username. */
  counts: Map<string, number>;
  isForgotten(parent: RequestedParent): boolean;
}

/** Takes `@usernames` ARRAY<STRING>, in lower case. The newest planning that knew the count. */
export const knownCountsSql = (dataset: string) => `
SELECT LOWER(parent_username) AS username, parent_id, friends_count
FROM ${dataset}.dispatches
WHERE LOWER(parent_username) IN UNNEST(@usernames) AND friends_count IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY LOWER(parent_username) ORDER BY planned_at DESC, dispatched_at DESC, friends_count) = 1`;

export const forgottenSql = (dataset: string) => `
SELECT DISTINCT id, LOWER(username) AS username
FROM ${dataset}.forgotten_accounts
ORDER BY id, username`;

export async function knownAccounts(target: Target, parents: RequestedParent[]): Promise<KnownAccounts> {
  const usernames = parents.map(({ username }) => username.toLowerCase());
  const [planned, forgotten] = await Promise.all([
    rowsOf(target, knownCountsSql, { usernames }, { usernames: ['STRING'] }),
    rowsOf(target, forgottenSql),
  ]);
  const ids = new Map(planned.map((row) => [row.username, row.parent_id]));
  const gone = {
    ids: new Set(forgotten.map((row) => row.id)),
    usernames: new Set(forgotten.map((row) => row.username)),
  };
  return {
    counts: new Map(planned.map((row) => [String(row.username), Number(row.friends_count)])),
    isForgotten({ username, id }) {
      const name = username.toLowerCase();
      const knownId = id ?? ids.get(name);
      return gone.usernames.has(name) || (knownId !== undefined && knownId !== null && gone.ids.has(knownId));
    },
  };
}
