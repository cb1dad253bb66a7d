import type { MetadataRequest } from '../../../shared/messages/metadata-request.ts';
import { USER_FIELDS } from '../../../shared/x/account.ts';
import { rowsOf, texts, time } from '../target/query.ts';
import type { Target } from '../target/target.ts';

/** The history shows under this job what confirming has cost. */
const JOB = { name: 'confirm' };

/**
 * Takes `@since` TIMESTAMP and `@parents` ARRAY<STRING> (account ids; empty: all). Each friend whose newest change is
 * that it is missing, once: what X says of it holds for every parent. One that is listed again needs no asking.
 */
export const vanishedFriendsSql = (dataset: string) => `
WITH newest AS (
  SELECT friend_id, change, status_of_friend, run_id, dispatch_id, dispatched_at, not_after
  FROM ${dataset}.friend_changes
  WHERE ARRAY_LENGTH(@parents) = 0 OR parent_id IN UNNEST(@parents)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY parent_id, friend_id ORDER BY not_after DESC, dispatch_id DESC) = 1
)
SELECT friend_id, run_id, dispatch_id, dispatched_at
FROM newest
WHERE change = 'no_longer_listed' AND status_of_friend = 'unknown' AND not_after >= @since
QUALIFY ROW_NUMBER() OVER (PARTITION BY friend_id ORDER BY not_after DESC, dispatch_id DESC) = 1
ORDER BY friend_id`;

/** Takes the same. How many changes are of unknown status whose friend is listed again. */
export const cameBackSql = (dataset: string) => `
WITH changes AS (
  SELECT change, status_of_friend, not_after,
    FIRST_VALUE(change) OVER (
      PARTITION BY parent_id, friend_id ORDER BY not_after DESC, dispatch_id DESC) AS newest
  FROM ${dataset}.friend_changes
  WHERE ARRAY_LENGTH(@parents) = 0 OR parent_id IN UNNEST(@parents)
)
SELECT COUNT(*) AS came_back
FROM changes
WHERE change = 'no_longer_listed' AND status_of_friend = 'unknown' AND newest = 'reappeared' AND not_after >= @since`;

type Vanished = Record<'friend_id' | 'run_id' | 'dispatch_id' | 'dispatched_at', string>;

/** `parents`: ids; empty: all. */
type Of = { sinceMs: number; parents: string[] };

const paramsOf = ({ sinceMs, parents }: Of) => ({ since: time(sinceMs), parents: texts(parents) });

/** Changes that "dodo changes" shows with an unknown status, and of which nobody needs to be asked. */
export async function vanishedAndBack(target: Target, of: Of): Promise<number> {
  const [row] = await rowsOf<{ came_back: number }>(target, cameBackSql, paramsOf(of));
  return row?.came_back ?? 0;
}

/** What asks X about the friends of whom nobody knows why they are gone. */
export async function questionsAboutVanished(target: Target, of: Of): Promise<MetadataRequest[]> {
  const params = paramsOf(of);
  const rows = await rowsOf<Vanished>(target, vanishedFriendsSql, params);
  return rows.map(({ friend_id, run_id, dispatch_id, dispatched_at }) => ({
    runId: run_id,
    dispatchId: dispatch_id,
    dispatchedAt: new Date(dispatched_at).toISOString(),
    job: JOB,
    role: 'vanished_friend',
    id: friend_id,
    fields: [...USER_FIELDS],
    reason: 'no longer listed',
  }));
}
