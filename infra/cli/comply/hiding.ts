import { LONGEST_MS, rowsOf, text, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import type { Reason } from './result.ts';

/**
 * Takes `@accounts` STRING, a JSON array of {id, reason}, `@reasons` ARRAY<STRING>, those for which accounts are hidden,
 * `@job` STRING and `@at` TIMESTAMP. Whom a job before has hidden stays hidden as long as X names it, whatever for. Once
 * for each account of a job, however often.
 */
export const hideNamedSql = (dataset: string) => `
INSERT INTO ${dataset}.forgotten_accounts (id, username, reason, forgotten_at, compliance_job)
SELECT named.id, NULL, named.reason, IFNULL(before.since, @at), @job
FROM (
  SELECT JSON_VALUE(account, '$.id') AS id, MIN(JSON_VALUE(account, '$.reason')) AS reason
  FROM UNNEST(JSON_QUERY_ARRAY(@accounts)) AS account
  GROUP BY 1
) AS named
LEFT JOIN (
  SELECT id, MIN(forgotten_at) AS since, LOGICAL_OR(compliance_job = @job) AS is_done
  FROM ${dataset}.forgotten_accounts
  WHERE compliance_job IS NOT NULL
  GROUP BY id
) AS before ON before.id = named.id
WHERE IF(before.id IS NULL, named.reason IN UNNEST(@reasons), NOT before.is_done)`;

/**
 * Takes `@job` STRING. Whom a job has hidden and none before it had, and whom jobs before it alone have: these are shown
 * again, but for whoever was scrubbed, or asked for by somebody.
 */
export const hidingCountsSql = (dataset: string) => `
SELECT
  COUNTIF(is_of_job AND NOT is_older) AS hidden,
  COUNTIF(is_older AND NOT is_of_job AND NOT stays_hidden) AS shown_again
FROM (
  SELECT
    id,
    IFNULL(LOGICAL_OR(compliance_job = @job), FALSE) AS is_of_job,
    IFNULL(LOGICAL_OR(compliance_job != @job), FALSE) AS is_older,
    LOGICAL_OR(compliance_job IS NULL OR scrubbed_at IS NOT NULL) AS stays_hidden
  FROM ${dataset}.forgotten_accounts
  GROUP BY id
)`;

/** Takes `@job` STRING. By X's word: how many accounts are hidden by it. */
export const hiddenByReasonSql = (dataset: string) => `
SELECT reason, COUNT(DISTINCT id) AS accounts
FROM ${dataset}.forgotten_accounts
WHERE compliance_job = @job
GROUP BY reason`;

/** Takes `@job` STRING. What was scrubbed stays forgotten: what was stored is gone, and a list without it proves nothing. */
export const showUnnamedSql = (dataset: string) => `
DELETE FROM ${dataset}.forgotten_accounts
WHERE compliance_job IS NOT NULL AND compliance_job != @job AND scrubbed_at IS NULL`;

/** `batches`: each a JSON array of {id, reason}. Throws RetryLater; what is done stays done, and is not done twice. */
export async function hideNamed(
  target: Target,
  job: string,
  batches: readonly string[],
  reasons: readonly Reason[],
): Promise<void> {
  const params = { reasons: texts([...reasons]), job: text(job), at: time(target.clock.now()) };
  for (const accounts of batches)
    await rowsOf(target, hideNamedSql, { ...params, accounts: text(accounts) }, LONGEST_MS);
}

/** Throws RetryLater. */
export async function hidingCounts(target: Target, job: string) {
  const [row] = await rowsOf<{ hidden: number; shown_again: number }>(target, hidingCountsSql, {
    job: text(job),
  });
  return row ?? { hidden: 0, shown_again: 0 };
}

/** Throws RetryLater. */
export async function hiddenByReason(target: Target, job: string): Promise<Map<string, number>> {
  const rows = await rowsOf<{ reason: string; accounts: number }>(target, hiddenByReasonSql, {
    job: text(job),
  });
  return new Map(rows.map(({ reason, accounts }) => [reason, accounts]));
}

/** Throws RetryLater. */
export async function showUnnamed(target: Target, job: string): Promise<void> {
  await rowsOf(target, showUnnamedSql, { job: text(job) }, LONGEST_MS);
}
