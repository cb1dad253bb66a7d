import { isoOf } from '../../../shared/times.ts';
import { append } from '../../../shared/warehouse/append.ts';
import { rowsOf, texts, warehouseOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { type ForgottenAccount, forgottenAccounts } from './accounts.ts';

/**
 * Takes `@usernames` ARRAY<STRING>, in lower case. Whose names they were, by what X has said; the grandparent of a
 * request is what somebody wrote, and proves nothing.
 */
export const idsOfUsernamesSql = (dataset: string) => `
WITH named AS (
  SELECT parent_id AS id, parent_username AS username FROM ${dataset}.dispatches
  UNION ALL
  SELECT parent_id, parent_username FROM ${dataset}.completed_scrapes
  UNION ALL
  SELECT id, username FROM ${dataset}.account_metadata
  UNION ALL
  SELECT id, requested_username FROM ${dataset}.account_metadata
  UNION ALL
  SELECT friend.id, friend.username FROM ${dataset}.completed_scrapes AS page CROSS JOIN UNNEST(page.friends) AS friend
)
SELECT DISTINCT id, LOWER(username) AS username
FROM named
WHERE id IS NOT NULL AND LOWER(username) IN UNNEST(@usernames)
ORDER BY username, id`;

/**
 * Stores what is given, and with a username every id that had it: else a rename would bring the account back. Returns
 * all that is forgotten, and whether it was before.
 */
export async function forget(target: Target, given: ForgottenAccount[], reason: string | null) {
  if (given.length === 0) return [];
  const usernames = texts(given.flatMap(({ username }) => username ?? []));
  const [known, already] = await Promise.all([
    rowsOf<{ id: string; username: string }>(target, idsOfUsernamesSql, { usernames }),
    forgottenAccounts(target),
  ]);
  const idsOf = Map.groupBy(known, (row) => row.username);
  const stored = new Set(already.map(keyOf));
  const accounts = given.flatMap(({ id, username }) =>
    (idsOf.get(username ?? '') ?? [{ id }])
      .map((each) => ({ id: each.id, username }))
      .map((account) => ({ account, wasForgotten: stored.has(keyOf(account)) })),
  );
  const forgotten_at = isoOf(target.clock.now());
  const rows = accounts.flatMap(({ account, wasForgotten }) =>
    wasForgotten ? [] : [{ insertId: keyOf(account), json: { ...account, reason, forgotten_at } }],
  );
  await append(warehouseOf(target), 'forgotten_accounts', rows);
  return accounts;
}

const keyOf = ({ id, username }: ForgottenAccount): string => JSON.stringify([id, username]);
