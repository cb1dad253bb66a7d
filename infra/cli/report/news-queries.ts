/**
 * What the report asks of the views about accounts and their changes. Each takes the dataset's name (a checked
 * identifier of our configuration), and but for one the query parameter `@since` TIMESTAMP: the start of the period.
 * All are bounded, whatever the history: the page stays one that can be mailed.
 */

/** How many parents of runs are named with their changes. */
export const MOST_GROUPS = 30;
/** Of each of those parents, how many friends who came, and how many who went. */
export const MOST_OF_GROUP = 10;
const MOST_SHARED = 12;
const MOST_RENAMES = 15;
const MOST_PAIRS = 15;
const MOST_NAMES = 5;

const NEWS = (dataset: string) => `
WITH changes AS (
  SELECT *
  FROM ${dataset}.friend_changes
  WHERE not_after >= @since AND change != 'withheld'
),
grouped AS (
  SELECT
    run_id, dispatched_at, dispatch_id, parent_id, MAX(parent_username) AS parent_username, MAX(job) AS job,
    MAX(not_before) AS not_before, MAX(not_after) AS not_after,
    COUNTIF(change != 'no_longer_listed') AS arrived, COUNTIF(change = 'no_longer_listed') AS departed
  FROM changes
  GROUP BY run_id, dispatched_at, dispatch_id, parent_id
),
shown AS (
  SELECT
    grouped.*,
    COUNT(*) OVER (PARTITION BY dispatched_at, run_id) AS run_parents,
    SUM(arrived) OVER (PARTITION BY dispatched_at, run_id) AS run_arrived,
    SUM(departed) OVER (PARTITION BY dispatched_at, run_id) AS run_departed,
    COUNT(*) OVER () AS of_groups
  FROM grouped
  ORDER BY dispatched_at DESC, run_id, arrived + departed DESC, parent_username, parent_id, dispatch_id
  LIMIT ${MOST_GROUPS}
)`;

/** The newest runs that showed a change, and in each the parents with the most changes first. */
export const groupsSql = (dataset: string) => `${NEWS(dataset)}
SELECT *
FROM shown
ORDER BY dispatched_at DESC, run_id, arrived + departed DESC, parent_username, parent_id, dispatch_id`;

/** Of the same groups the friends with the most followers, of those who came and of those who went. */
export const changesOfGroupsSql = (dataset: string) => `${NEWS(dataset)}
SELECT
  changes.run_id, changes.dispatch_id, changes.parent_id, friend_id, friend_username, friend_name,
  friend_description, friend_verified_type, friend_followers_count, change, status_of_friend, absent_dispatches,
  changes.not_before, changes.not_after
FROM shown
JOIN changes
  ON changes.dispatched_at = shown.dispatched_at AND changes.run_id = shown.run_id
  AND changes.parent_id = shown.parent_id AND changes.dispatch_id = shown.dispatch_id
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY
    changes.dispatched_at, changes.run_id, changes.parent_id, changes.dispatch_id, change = 'no_longer_listed'
  ORDER BY IFNULL(friend_followers_count, -1) DESC, friend_id) <= ${MOST_OF_GROUP}
ORDER BY IFNULL(friend_followers_count, -1) DESC, friend_id, changes.parent_id, changes.dispatch_id`;

/** Whom at least two parents followed in the period, or lost, those of the most parents first. */
export const sharedFriendsSql = (dataset: string) => `
WITH changes AS (
  SELECT friend_changes.*, change != 'no_longer_listed' AS is_arrival
  FROM ${dataset}.friend_changes
  WHERE not_after >= @since AND change != 'withheld'
),
-- Who came, went and came again did so with one parent.
newest AS (
  SELECT *
  FROM changes
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY friend_id, is_arrival, parent_id ORDER BY not_after DESC, dispatch_id DESC) = 1
),
named AS (
  SELECT
    newest.*,
    ROW_NUMBER() OVER (
      PARTITION BY friend_id, is_arrival ORDER BY not_after DESC, dispatch_id DESC, parent_id) AS recency
  FROM newest
),
friends AS (
  SELECT
    friend_id, is_arrival,
    MAX(IF(recency = 1, friend_username, NULL)) AS friend_username,
    MAX(IF(recency = 1, friend_name, NULL)) AS friend_name,
    MAX(IF(recency = 1, friend_description, NULL)) AS friend_description,
    MAX(IF(recency = 1, friend_followers_count, NULL)) AS friend_followers_count,
    COUNT(*) AS parents,
    ARRAY_AGG(parent_username ORDER BY parent_username, parent_id LIMIT ${MOST_NAMES}) AS parent_usernames,
    MIN(not_before) AS not_before, MAX(not_after) AS not_after
  FROM named
  GROUP BY friend_id, is_arrival
  HAVING COUNT(*) >= 2
)
SELECT friends.*, COUNT(*) OVER (PARTITION BY is_arrival) AS of_friends
FROM friends
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY is_arrival
  ORDER BY parents DESC, IFNULL(friend_followers_count, -1) DESC, friend_id) <= ${MOST_SHARED}
ORDER BY is_arrival DESC, parents DESC, IFNULL(friend_followers_count, -1) DESC, friend_id`;

/** Who was first seen under another username in the period, those with the most followers first. */
export const renamesSql = (dataset: string) => `
SELECT
  account_id, previous_username, username, name, followers_count, observed_at, COUNT(*) OVER () AS of_renames
FROM ${dataset}.account_history
WHERE observed_at >= @since AND previous_username IS NOT NULL AND 'username' IN UNNEST(SPLIT(changed, ', '))
ORDER BY IFNULL(followers_count, -1) DESC, observed_at DESC, account_id, username
LIMIT ${MOST_RENAMES}`;

/** The pairs of the parents in `@parents` ARRAY<STRING> that share a friend, those with the largest share first. */
export const overlapSql = (dataset: string) => `
WITH listed AS (
  SELECT
    parent_id, friend_id,
    MAX(parent_username) OVER (PARTITION BY parent_id) AS parent_username,
    COUNT(*) OVER (PARTITION BY parent_id) AS friends
  FROM ${dataset}.current_friends
  WHERE parent_id IN UNNEST(@parents)
)
SELECT
  one.parent_id AS one_id, one.parent_username AS one_username, one.friends AS one_friends,
  other.parent_id AS other_id, other.parent_username AS other_username, other.friends AS other_friends,
  COUNT(*) AS in_common, COUNT(*) OVER () AS of_pairs
FROM listed AS one
JOIN listed AS other ON other.friend_id = one.friend_id AND other.parent_id > one.parent_id
GROUP BY one_id, one_username, one_friends, other_id, other_username, other_friends
ORDER BY COUNT(*) / LEAST(one_friends, other_friends) DESC, in_common DESC, one_id, other_id
LIMIT ${MOST_PAIRS}`;
