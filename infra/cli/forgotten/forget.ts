import { rowsOf, text, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { type ForgottenAccount, forgottenAccounts } from './accounts.ts';

/**
 * Takes `@usernames` ARRAY<STRING>, in lower case, and `@ids`. Whose names they were and are, by what X has said; the
 * grandparent of a request is what somebody wrote, and proves nothing.
 */
export const accountsNamedSql = (dataset: string) => `
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
WHERE id IS NOT NULL AND (LOWER(username) IN UNNEST(@usernames) OR id IN UNNEST(@ids))
ORDER BY username, id`;

/** Takes `@accounts` STRING: a JSON array of accounts. An INSERT, not a stream: it is seen, and can be undone, at once. */
export const insertForgottenSql = (dataset: string) => `
INSERT INTO ${dataset}.forgotten_accounts (id, username, reason, forgotten_at)
SELECT JSON_VALUE(account, '$.id'), JSON_VALUE(account, '$.username'), @reason, @at
FROM UNNEST(JSON_QUERY_ARRAY(@accounts)) AS account`;

/** An account that is to be forgotten. */
export interface ToForget {
  account: ForgottenAccount;
  wasForgotten: boolean;
  /** Some stored row has it; else it may be misspelt, or is not to come. */
  isStored: boolean;
}

/** The ids and names that stored rows have of those given. Throws RetryLater. */
export const accountsNamed = (target: Target, given: ForgottenAccount[]) =>
  rowsOf<{ id: string; username: string | null }>(target, accountsNamedSql, namesOf(given));

/** What is given, and with a username every id that had it: else a rename would bring the account back. */
export async function accountsToForget(target: Target, given: ForgottenAccount[]): Promise<ToForget[]> {
  if (given.length === 0) return [];
  const [known, already] = await Promise.all([accountsNamed(target, given), forgottenAccounts(target)]);
  const ids = new Set(known.map(({ id }) => id));
  // A scrub takes the rows away by which an id was known.
  const idsOf = Map.groupBy([...known, ...already], (row) => row.username);
  // Whom only X names is shown again when it no longer does: what is asked for is another word.
  const forgotten = new Set(already.filter(({ is_asked_for }) => is_asked_for).map(keyOf));
  return given
    .flatMap(({ id, username }) => {
      const named = username === null ? [] : (idsOf.get(username) ?? []);
      const all = [...new Set(named.map((each) => each.id))];
      return (all.length > 0 ? all : [id]).map((each) => ({ id: each, username }));
    })
    .map((account) => ({
      account,
      wasForgotten: forgotten.has(keyOf(account)),
      isStored: account.id !== null && ids.has(account.id),
    }));
}

/** Stores them. Throws RetryLater. */
export async function forget(
  target: Target,
  accounts: ForgottenAccount[],
  reason: string | null,
): Promise<void> {
  if (accounts.length === 0) return;
  const params = { accounts: text(JSON.stringify(accounts)), reason: text(reason) };
  await rowsOf(target, insertForgottenSql, { ...params, at: time(target.clock.now()) });
}

/** `@ids` and `@usernames` of accounts. */
export const namesOf = (accounts: ForgottenAccount[]) => ({
  ids: texts(accounts.flatMap(({ id }) => id ?? [])),
  usernames: texts(accounts.flatMap(({ username }) => username ?? [])),
});

const keyOf = ({ id, username }: ForgottenAccount): string => JSON.stringify([id, username]);
