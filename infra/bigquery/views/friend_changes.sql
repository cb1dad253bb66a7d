-- One row per change in whom a parent follows. Only complete dispatches are compared (a partial list says
-- nothing of who is gone), in the order in which they were completed, each with the one before it. A dispatch
-- that was still, or already, being fetched when the one before it was completed is left out: of two lists read
-- at the same time neither is the older one. So a change shows at the first dispatch after it that stands alone.
-- The first dispatch of a parent yields no change, and neither does a rename.
-- A filter on parent_id prunes; one on a date does not, since a change needs the dispatch before it.
--
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request of dispatch_id named it.
-- friend_id: X account id of the friend.
-- friend_username: Username of the friend where it was last listed.
-- change: followed (listed for the first time), reappeared (was listed before, then not, now again) or no_longer_listed.
-- status_of_friend: For no_longer_listed, what X first said of the account after it was found missing and before it was listed again: active, suspended, not_found, or unknown where it was not asked. Null for other changes.
-- absent_dispatches: In how many of the compared dispatches in a row the friend is missing: for no_longer_listed so far, for reappeared until now, null for followed.
-- previous_dispatch_id: The dispatch that the list was compared with.
-- dispatch_id: The dispatch that shows the change.
-- not_before: The change happened after this: the first page of the previous dispatch was complete.
-- not_after: The change happened before this: the last page of the dispatch was complete.
-- friend_name: Display name of the friend where it was last listed.
-- status_observed_at: When X said so; null where the status is unknown.
-- run_id: The dispatch request that dispatch_id belongs to.
-- dispatched_at: When that run was dispatched.
WITH complete AS (
  SELECT
    parent_id, run_id, dispatched_at, dispatch_id,
    MAX(parent_username) AS parent_username,
    MIN(completed_at) AS first_completed_at,
    MAX(completed_at) AS last_completed_at
  FROM ${dataset}.scrape_history
  WHERE in_chain AND chain_complete
  GROUP BY parent_id, run_id, dispatched_at, dispatch_id
),
apart AS (
  SELECT complete.*
  FROM complete
  QUALIFY IFNULL(
    first_completed_at
      > LAG(last_completed_at) OVER (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id),
    TRUE)
),
numbered AS (
  SELECT
    apart.*,
    ROW_NUMBER() OVER in_order AS number,
    COUNT(*) OVER (PARTITION BY parent_id) AS newest_number,
    LAG(dispatch_id) OVER in_order AS previous_dispatch_id,
    LAG(first_completed_at) OVER in_order AS previous_first_completed_at,
    LEAD(parent_username) OVER in_order AS next_parent_username,
    LEAD(run_id) OVER in_order AS next_run_id,
    LEAD(dispatched_at) OVER in_order AS next_dispatched_at,
    LEAD(dispatch_id) OVER in_order AS next_dispatch_id,
    LEAD(last_completed_at) OVER in_order AS next_last_completed_at
  FROM apart
  WINDOW in_order AS (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id)
),
listed AS (
  SELECT
    numbered.*,
    friends.friend_id, friends.friend_username, friends.friend_name,
    LAG(numbered.number) OVER by_friend AS number_before,
    LEAD(numbered.number) OVER by_friend AS number_after,
    LEAD(numbered.first_completed_at) OVER by_friend AS listed_again_at
  FROM numbered
  JOIN ${dataset}.friends AS friends
    ON friends.dispatched_at = numbered.dispatched_at
    AND friends.run_id = numbered.run_id
    AND friends.parent_id = numbered.parent_id
    AND friends.dispatch_id = numbered.dispatch_id
  WINDOW by_friend AS (PARTITION BY numbered.parent_id, friends.friend_id ORDER BY numbered.number)
),
-- A listing can mean two changes: that the friend came, at its own dispatch, and that it is missing, at the next.
changes AS (
  SELECT
    parent_id, friend_id, friend_username, friend_name,
    IF(number_before IS NULL, 'followed', 'reappeared') AS change,
    number - number_before - 1 AS absent_dispatches,
    listed_again_at, parent_username, previous_dispatch_id, dispatch_id,
    previous_first_completed_at AS not_before,
    last_completed_at AS not_after,
    run_id, dispatched_at
  FROM listed
  WHERE number > 1 AND IFNULL(number_before < number - 1, TRUE)
  UNION ALL
  SELECT
    parent_id, friend_id, friend_username, friend_name,
    'no_longer_listed',
    IFNULL(number_after, newest_number + 1) - number - 1,
    listed_again_at, next_parent_username, dispatch_id, next_dispatch_id,
    first_completed_at,
    next_last_completed_at,
    next_run_id, next_dispatched_at
  FROM listed
  WHERE number < newest_number AND IFNULL(number_after > number + 1, TRUE)
),
observed AS (
  SELECT
    COALESCE(id, requested_id) AS friend_id,
    IF(status = 'protected', 'active', status) AS status,
    observed_at
  FROM ${dataset}.account_metadata
  WHERE role = 'vanished_friend'
)
SELECT
  changes.parent_id, changes.parent_username, changes.friend_id, changes.friend_username, changes.change,
  IF(changes.change = 'no_longer_listed', IFNULL(observed.status, 'unknown'), NULL) AS status_of_friend,
  changes.absent_dispatches, changes.previous_dispatch_id, changes.dispatch_id, changes.not_before, changes.not_after,
  changes.friend_name,
  observed.observed_at AS status_observed_at,
  changes.run_id, changes.dispatched_at
FROM changes
LEFT JOIN observed
  ON observed.friend_id = changes.friend_id
  AND changes.change = 'no_longer_listed'
  AND observed.observed_at > changes.not_after
  AND (changes.listed_again_at IS NULL OR observed.observed_at < changes.listed_again_at)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY changes.parent_id, changes.friend_id, changes.dispatch_id
  ORDER BY observed.observed_at, observed.status) = 1
