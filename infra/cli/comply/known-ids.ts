import { LONGEST_MS, rowsOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/**
 * Every account id that the history holds, once, and those that a job before has hidden: X is asked about each of these
 * again, else it would be taken for one that X names no longer. In some hundred rows, by the last two digits: a million
 * rows would be a gigabyte here.
 */
export const knownIdsSql = (dataset: string) => `
SELECT STRING_AGG(id, ',' ORDER BY id) AS ids, COUNT(*) AS accounts
FROM (
  SELECT parent_id AS id FROM ${dataset}.completed_scrapes
  UNION DISTINCT
  SELECT grandparent_id FROM ${dataset}.completed_scrapes
  UNION DISTINCT
  SELECT friend.id FROM ${dataset}.completed_scrapes AS page CROSS JOIN UNNEST(page.friends) AS friend
  UNION DISTINCT
  SELECT unlisted FROM ${dataset}.completed_scrapes AS page CROSS JOIN UNNEST(page.unknown_friends) AS unlisted
  UNION DISTINCT
  SELECT parent_id FROM ${dataset}.dispatches
  UNION DISTINCT
  SELECT grandparent_id FROM ${dataset}.dispatches
  UNION DISTINCT
  SELECT id FROM ${dataset}.account_metadata
  UNION DISTINCT
  SELECT requested_id FROM ${dataset}.account_metadata
  UNION DISTINCT
  SELECT id FROM ${dataset}.forgotten_accounts WHERE compliance_job IS NOT NULL AND scrubbed_at IS NULL
)
WHERE REGEXP_CONTAINS(id, '^[0-9]{1,19}$')
GROUP BY SUBSTR(id, -2)`;

export interface KnownIds {
  accounts: number;
  /** One a line. */
  text: Buffer;
}

/** Throws RetryLater. */
export async function knownIds(target: Target): Promise<KnownIds> {
  const rows = await rowsOf<{ ids: string; accounts: number }>(target, knownIdsSql, {}, LONGEST_MS);
  return {
    accounts: rows.reduce((sum, { accounts }) => sum + accounts, 0),
    text: Buffer.concat(rows.map(({ ids }) => Buffer.from(`${ids.replaceAll(',', '\n')}\n`))),
  };
}
