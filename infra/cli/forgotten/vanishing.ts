import { rowsOf } from '../target/query.ts';
import type { Target } from '../target/target.ts';
import { counted } from '../terminal/figures.ts';
import type { ForgottenAccount } from './accounts.ts';
import { namesOf } from './forget.ts';
import { isForgotten } from './scrub.ts';

/** What no view shows any more of accounts that are forgotten. */
export interface Vanishing {
  /** Lists of friends of theirs: dispatches of which pages are stored. */
  own_lists: number;
  /** Lists of others that name them. */
  other_lists: number;
  pages: number;
  plans: number;
  observations: number;
}

const OWN = isForgotten('parent_id', 'parent_username');
const NAMES = `EXISTS (SELECT 1 FROM UNNEST(friends) AS friend WHERE ${isForgotten('friend.id', 'friend.username')})`;

/** Takes `@ids` and `@usernames` ARRAY<STRING>, these in lower case. */
export const vanishingSql = (dataset: string) => `
WITH pages AS (
  SELECT dispatch_id, ${OWN} AS is_own, ${NAMES} AS is_named
  FROM ${dataset}.completed_scrapes
)
SELECT
  COUNT(DISTINCT IF(is_own, dispatch_id, NULL)) AS own_lists,
  COUNT(DISTINCT IF(is_named AND NOT is_own, dispatch_id, NULL)) AS other_lists,
  COUNTIF(is_own OR is_named) AS pages,
  (SELECT COUNT(*) FROM ${dataset}.dispatches WHERE ${OWN}) AS plans,
  (
    SELECT COUNT(*) FROM ${dataset}.account_metadata
    WHERE ${isForgotten('id', 'username')} OR ${isForgotten('requested_id', 'requested_username')}
  ) AS observations
FROM pages`;

/** Throws RetryLater. */
export async function vanishingWith(target: Target, accounts: ForgottenAccount[]): Promise<Vanishing> {
  const [row] = await rowsOf<Vanishing>(target, vanishingSql, namesOf(accounts));
  return row ?? { own_lists: 0, other_lists: 0, pages: 0, plans: 0, observations: 0 };
}

/** "2 accounts vanish from every view: 1 list of their own, 3 lists that name them (10 stored rows: …)". */
export function vanishingLine(accounts: number, of: Vanishing): string {
  const { own_lists, other_lists, pages, plans, observations } = of;
  const lists = `${counted(own_lists, 'list')} of their own, their places in ${counted(other_lists, 'list')} of others`;
  const rows = `${counted(pages, 'page')}, ${counted(plans, 'plan')}, ${counted(observations, 'observation')}`;
  const sum = counted(pages + plans + observations, 'stored row');
  return `${counted(accounts, 'account')} to vanish from every view: ${lists}; ${sum} (${rows})`;
}
