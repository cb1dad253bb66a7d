import { rowsOf, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import type { ForgottenAccount } from './accounts.ts';
import { accountsNamed, namesOf } from './forget.ts';

const IS_NAMED =
  '(IFNULL(id IN UNNEST(@ids), FALSE) OR IFNULL(LOWER(username) IN UNNEST(@usernames), FALSE))';

/** Takes `@ids` and `@usernames` ARRAY<STRING>, these in lower case. */
export const forgottenNamedSql = (dataset: string) => `
SELECT id, LOWER(username) AS username, MAX(scrubbed_at) AS scrubbed_at,
  LOGICAL_OR(compliance_job IS NULL) AS is_asked_for,
  IFNULL(LOGICAL_OR(id IN (SELECT id FROM ${dataset}.forgotten_accounts WHERE compliance_job IS NOT NULL)), FALSE) AS is_named_by_x
FROM ${dataset}.forgotten_accounts
WHERE ${IS_NAMED}
GROUP BY 1, 2
ORDER BY 1, 2`;

/** The same parameters. Whom X names stays hidden: `dodo comply` shows it again once X no longer does. */
export const undoForgetSql = (dataset: string) => `
DELETE FROM ${dataset}.forgotten_accounts
WHERE scrubbed_at IS NULL AND compliance_job IS NULL AND ${IS_NAMED}`;

/** Takes `@at` TIMESTAMP. Whoever was forgotten by then stays so: what was stored is gone. */
export const markScrubbedSql = (dataset: string) => `
UPDATE ${dataset}.forgotten_accounts
SET scrubbed_at = @at
WHERE scrubbed_at IS NULL AND forgotten_at <= @at`;

export interface Forgotten extends ForgottenAccount {
  /** ISO 8601; null: the stored rows still have it. */
  scrubbed_at: string | null;
  is_asked_for: boolean;
  /** `dodo comply` hides it too. */
  is_named_by_x: boolean;
}

/**
 * Whom the names given have, of those that are forgotten. X names accounts by their ids alone: whose those are, stored rows
 * say. Throws RetryLater.
 */
export async function forgottenNamed(target: Target, given: ForgottenAccount[]): Promise<Forgotten[]> {
  const byName = given.filter(({ username }) => username !== null);
  const known = byName.length === 0 ? [] : await accountsNamed(target, byName);
  const ids = known.map(({ id }) => ({ id, username: null }));
  const rows = await rowsOf<Forgotten>(target, forgottenNamedSql, namesOf([...given, ...ids]));
  const isGiven = (row: Forgotten) =>
    given.some(({ id, username }) => (username === null ? row.id === id : row.username === username));
  return rows.filter((row) => !row.is_asked_for || isGiven(row));
}

/** Shows them again, but for those that were scrubbed. Throws RetryLater. */
export async function undoForget(target: Target, given: ForgottenAccount[]): Promise<void> {
  await rowsOf(target, undoForgetSql, namesOf(given));
}

/** Before the first row is rewritten: half of it cannot be undone either. Throws RetryLater. */
export async function markScrubbed(target: Target, nowMs: number): Promise<void> {
  await rowsOf(target, markScrubbedSql, { at: time(nowMs) });
}
