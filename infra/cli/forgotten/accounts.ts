import { isAccountId } from '../../../shared/messages/formats.ts';
import { rowsOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { WrongUsage } from '../terminal/errors.ts';
import { usernameOf } from '../terminal/options.ts';

/** An account as `forgotten_accounts` names it; usernames in lower case. */
export interface ForgottenAccount {
  id: string | null;
  username: string | null;
}

/** For people. */
export const nameOf = ({ id, username }: ForgottenAccount): string =>
  username === null ? `account ${id}` : `@${username} (${id === null ? 'no id is known' : id})`;

/** Digits are an id, with `id:` or without, unless an @ says that they are a username. Throws WrongUsage. */
export function accountNamed(given: string): ForgottenAccount {
  if (isAccountId(given)) return { id: given, username: null };
  const named = usernameOf(given);
  if (typeof named === 'string') throw new WrongUsage(`neither an account id nor a username: ${named}`);
  return named.id === undefined
    ? { id: null, username: named.username.toLowerCase() }
    : { id: named.id, username: null };
}

export const forgottenSql = (dataset: string) => `
SELECT id, LOWER(username) AS username, LOGICAL_OR(compliance_job IS NULL) AS is_asked_for,
  LOGICAL_OR(scrubbed_at IS NOT NULL) AS is_scrubbed
FROM ${dataset}.forgotten_accounts
GROUP BY 1, 2
ORDER BY id, username`;

/** `is_asked_for`: by somebody, and not only by X (`dodo comply`). */
export const forgottenAccounts = (target: Target) =>
  rowsOf<ForgottenAccount & Record<'is_asked_for' | 'is_scrubbed', boolean>>(target, forgottenSql);
