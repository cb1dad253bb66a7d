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
-- friend_name: Display name of the friend where it was last listed.
-- change: followed (listed for the first time), reappeared (was listed before, then not, now again) or no_longer_listed.
-- status_of_friend: For no_longer_listed, what X first said of the account after it was found missing and before it was listed again: active, suspended, not_found, or unknown where it was not asked. Null for other changes.
-- status_observed_at: When X said so; null where the status is unknown.
-- absent_dispatches: In how many of the compared dispatches in a row the friend is missing: for no_longer_listed so far, for reappeared until now, null for followed.
-- previous_dispatch_id: The dispatch that the list was compared with.
-- dispatch_id: The dispatch that shows the change.
-- not_before: The change happened after this: the first page of the previous dispatch was complete.
-- not_after: The change happened before this: the last page of the dispatch was complete.
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
    LAG(first_completed_at) OVER in_order AS previous_first_completed_at
  FROM apart
  WINDOW in_order AS (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id)
),
listed AS (
  SELECT
    numbered.parent_id, numbered.number, numbered.newest_number,
    friends.friend_id, friends.friend_username, friends.friend_name,
    LAG(numbered.number) OVER by_friend AS number_before,
    LEAD(numbered.number) OVER by_friend AS number_after
  FROM numbered
  JOIN ${dataset}.friends AS friends
    ON friends.dispatched_at = numbered.dispatched_at
    AND friends.run_id = numbered.run_id
    AND friends.parent_id = numbered.parent_id
    AND friends.dispatch_id = numbered.dispatch_id
  WINDOW by_friend AS (PARTITION BY numbered.parent_id, friends.friend_id ORDER BY numbered.number)
),
changes AS (
  SELECT
    parent_id, number, friend_id, friend_username, friend_name,
    IF(number_before IS NULL, 'followed', 'reappeared') AS change,
    number - number_before - 1 AS absent_dispatches,
    NULL AS number_after
  FROM listed
  WHERE number > 1 AND IFNULL(number_before < number - 1, TRUE)
  UNION ALL
  SELECT
    parent_id, number + 1, friend_id, friend_username, friend_name,
    'no_longer_listed',
    IFNULL(number_after, newest_number + 1) - number - 1,
    number_after
  FROM listed
  WHERE number < newest_number AND IFNULL(number_after > number + 1, TRUE)
),
dated AS (
  SELECT
    changes.* EXCEPT (number, number_after),
    numbered.parent_username, numbered.previous_dispatch_id, numbered.dispatch_id,
    numbered.previous_first_completed_at AS not_before,
    numbered.last_completed_at AS not_after,
    listed_again.first_completed_at AS listed_again_at,
    numbered.run_id, numbered.dispatched_at
  FROM changes
  JOIN numbered ON numbered.parent_id = changes.parent_id AND numbered.number = changes.number
  LEFT JOIN numbered AS listed_again
    ON listed_again.parent_id = changes.parent_id AND listed_again.number = changes.number_after
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
  dated.parent_id, dated.parent_username, dated.friend_id, dated.friend_username, dated.friend_name, dated.change,
  IF(dated.change = 'no_longer_listed', IFNULL(observed.status, 'unknown'), NULL) AS status_of_friend,
  observed.observed_at AS status_observed_at,
  dated.absent_dispatches, dated.previous_dispatch_id, dated.dispatch_id, dated.not_before, dated.not_after,
  dated.run_id, dated.dispatched_at
FROM dated
LEFT JOIN observed
  ON observed.friend_id = dated.friend_id
  AND dated.change = 'no_longer_listed'
  AND observed.observed_at > dated.not_after
  AND (dated.listed_again_at IS NULL OR observed.observed_at < dated.listed_again_at)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY dated.parent_id, dated.friend_id, dated.dispatch_id
  ORDER BY observed.observed_at, observed.status) = 1
