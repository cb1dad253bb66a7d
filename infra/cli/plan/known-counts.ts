import { rowsOf, texts } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** How many friends an account has, where that is from, and since when it is known. */
export interface KnownCount {
  friendsCount: number;
  from: 'look-up' | 'plan' | 'friends list';
  atMs: number;
}

/** What history says of one account: null where it says nothing of that. */
export interface LastWord {
  id: string | null;
  /** False: X called it suspended, not found or protected when it was asked last, so that no count of it is used. */
  isThere: boolean;
  count: KnownCount | null;
}

/** Accounts by their ids, and others by their usernames in lower case. */
export type Asked = { ids: string[]; usernames: string[] };

/** Each takes `@ids` and `@usernames` ARRAY<STRING>, the latter in lower case. What X said when it was last asked. */
export const lookedUpSql = (dataset: string) => `
SELECT IFNULL(seen.id, seen.requested_id) AS id, LOWER(IFNULL(seen.username, seen.requested_username)) AS username,
  seen.dispatch_id, seen.status, seen.following_count AS friends_count, seen.observed_at AS said_at
FROM ${dataset}.account_metadata AS seen
WHERE (IFNULL(seen.id, seen.requested_id) IN UNNEST(@ids)
    OR LOWER(IFNULL(seen.username, seen.requested_username)) IN UNNEST(@usernames))
  AND seen.status != 'unknown'
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY IFNULL(seen.id, seen.requested_id), LOWER(IFNULL(seen.username, seen.requested_username))
  ORDER BY seen.observed_at DESC, seen.status, seen.following_count, seen.dispatch_id) = 1`;

/** The newest planning that knew the count: by X's word, or by that of its request. */
export const plannedCountsSql = (dataset: string) => `
SELECT plan.parent_id AS id, LOWER(plan.parent_username) AS username, plan.dispatch_id, plan.friends_count,
  plan.planned_at AS said_at
FROM ${dataset}.dispatches AS plan
WHERE (plan.parent_id IN UNNEST(@ids) OR LOWER(plan.parent_username) IN UNNEST(@usernames))
  AND plan.friends_count IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY plan.parent_id, LOWER(plan.parent_username)
  ORDER BY plan.planned_at DESC, plan.dispatched_at DESC, plan.friends_count, plan.dispatch_id) = 1`;

/** What X said of it where it stood in somebody's list of friends. It reads all lists. */
export const listedCountsSql = (dataset: string) => `
SELECT friend.id AS id, LOWER(friend.username) AS username, friend.following_count AS friends_count,
  page.completed_at AS said_at
FROM ${dataset}.completed_scrapes AS page
CROSS JOIN UNNEST(page.friends) AS friend
WHERE friend.id IN UNNEST(@ids) OR LOWER(friend.username) IN UNNEST(@usernames)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY friend.id, LOWER(friend.username)
  ORDER BY IF(friend.following_count IS NULL, 1, 0), page.completed_at DESC, friend.following_count) = 1`;

interface Said {
  id: string | null;
  username: string | null;
  friends_count: number | null;
  said_at: string;
}
type OfDispatch = Said & { dispatch_id: string };
type LookedUp = OfDispatch & { status: string };

/**
 * By id (`id:…`) and by username in lower case: whoever had the name last. Of those that are `counted` already lists of
 * friends are not read. Throws RetryLater.
 */
export async function lastWords(
  target: Target,
  asked: Asked,
  counted: ReadonlySet<string>,
): Promise<Map<string, LastWord>> {
  const said = <Row extends Said>(sql: (dataset: string) => string, of: Asked) =>
    rowsOf<Row>(target, sql, { ids: texts(of.ids), usernames: texts(of.usernames) }).then(newestByKey);
  const [lookedUp, planned] = await Promise.all([
    said<LookedUp>(lookedUpSql, asked),
    said<OfDispatch>(plannedCountsSql, asked),
  ]);
  const words = new Map<string, LastWord>();
  for (const key of new Set([...lookedUp.keys(), ...planned.keys()]))
    words.set(key, ofDispatches(lookedUp.get(key), planned.get(key)));
  const hasNone = (key: string) => {
    const word = words.get(key);
    return !counted.has(key) && (!word || (word.isThere && word.count === null));
  };
  const open = {
    ids: asked.ids.filter((id) => hasNone(keyOfId(id))),
    usernames: asked.usernames.filter(hasNone),
  };
  if (open.ids.length + open.usernames.length === 0) return words;
  for (const [key, row] of await said(listedCountsSql, open))
    if (hasNone(key)) words.set(key, { id: row.id, isThere: true, count: countOf(row, 'friends list') });
  return words;
}

export const keyOfId = (id: string): string => `id:${id}`;

/** A plan has the count of the look-up that was made for it. */
function ofDispatches(lookedUp: LookedUp | undefined, planned: OfDispatch | undefined): LastWord {
  const isLater =
    !lookedUp || (planned && planned.dispatch_id !== lookedUp.dispatch_id && msOf(planned) > msOf(lookedUp));
  if (planned && isLater) return { id: planned.id, isThere: true, count: countOf(planned, 'plan') };
  if (lookedUp && lookedUp.status !== 'active') return { id: lookedUp.id, isThere: false, count: null };
  const count = (lookedUp && countOf(lookedUp, 'look-up')) ?? (planned && countOf(planned, 'plan')) ?? null;
  return { id: lookedUp?.id ?? planned?.id ?? null, isThere: true, count };
}

const msOf = ({ said_at }: Said): number => Date.parse(said_at);

function countOf(row: Said, from: KnownCount['from']): KnownCount | null {
  const { friends_count: friendsCount } = row;
  return friendsCount === null ? null : { friendsCount, from, atMs: msOf(row) };
}

function newestByKey<Row extends Said>(rows: Row[]): Map<string, Row> {
  const newest = new Map<string, Row>();
  for (const row of rows.sort((a, b) => msOf(a) - msOf(b))) {
    if (row.username !== null) newest.set(row.username, row);
    if (row.id !== null) newest.set(keyOfId(row.id), row);
  }
  return newest;
}
