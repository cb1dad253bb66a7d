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

type Vanished = Record<'friend_id' | 'run_id' | 'dispatch_id' | 'dispatched_at', string>;

/** What asks X about the friends of whom nobody knows why they are gone. `parents`: ids; empty: all. */
export async function questionsAboutVanished(
  target: Target,
  { sinceMs, parents }: { sinceMs: number; parents: string[] },
): Promise<MetadataRequest[]> {
  const params = { since: time(sinceMs), parents: texts(parents) };
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
