-- One row per change in whom a parent follows. Only complete dispatches are compared (a partial list says
-- nothing of who is gone), in the order in which they were completed, each with the one before it. A dispatch
-- that was still, or already, being fetched when the one before it was completed is left out: of two lists read
-- at the same time neither is the older one. So a change shows at the first dispatch after it that stands alone.
-- The first dispatch of a parent yields no change, and neither does a rename. Two things say nothing of a friend,
-- and what was known of it goes on: that X named it in a problem instead of listing it, and that it is missing for
-- the first time in a list that fell below half of the one before it, which had 20 friends or more. Whoever is
-- missing in such a list is withheld, until the next list says the same (no_longer_listed, by that list) or not.
-- A filter on parent_id prunes; one on a date does not, since a change needs the dispatch before it.
--
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request of dispatch_id named it.
-- friend_id: X account id of the friend.
-- friend_username: Username of the friend where it was last listed.
-- change: followed (listed for the first time), reappeared (was listed before, then not, now again), no_longer_listed, or withheld (missing in a list that fell below half of the one before it, and no second list has said so yet: no change that happened, for all that is known).
-- status_of_friend: For no_longer_listed, what X first said of the account after it was found missing and before it was listed again: active, suspended, not_found, or unknown where it was not asked or did not say. Null for other changes.
-- absent_dispatches: In how many of the compared dispatches in a row the friend is missing, but for those that say nothing of it: for no_longer_listed and withheld so far, for reappeared until now, null for followed.
-- previous_dispatch_id: The dispatch that the list was compared with: the last one before it that said something of the friend.
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
    MAX(completed_at) AS last_completed_at,
    SUM(friend_count) AS friend_count,
    ARRAY_AGG(fetch_id) AS fetch_ids
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
    IFNULL(LAG(friend_count) OVER in_order >= 20 AND LAG(friend_count) OVER in_order > 2 * friend_count, FALSE)
      AS fell
  FROM apart
  WINDOW in_order AS (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id)
),
lists AS (
  SELECT
    numbered.*,
    LEAD(fell) OVER in_order AS next_fell,
    LAG(fell) OVER in_order AS previous_fell,
    LAG(fell, 2) OVER in_order AS one_before_fell
  FROM numbered
  WINDOW in_order AS (PARTITION BY parent_id ORDER BY number)
),
-- What a list says of a friend: that it is listed, or nothing. Where a list has no row, the friend is missing in it.
listings AS (
  SELECT
    lists.parent_id, lists.number, lists.newest_number, lists.next_fell, lists.previous_fell, lists.one_before_fell,
    TRUE AS is_listed, friends.friend_id, friends.friend_username, friends.friend_name,
    LEAD(lists.first_completed_at) OVER (PARTITION BY lists.parent_id, friends.friend_id ORDER BY lists.number)
      AS listed_again_at
  FROM lists
  JOIN ${dataset}.friends AS friends
    ON friends.dispatched_at = lists.dispatched_at
    AND friends.run_id = lists.run_id
    AND friends.parent_id = lists.parent_id
    AND friends.dispatch_id = lists.dispatch_id
  UNION ALL
  SELECT
    lists.parent_id, lists.number, lists.newest_number, lists.next_fell, lists.previous_fell, lists.one_before_fell,
    FALSE, friend_id, NULL, NULL, NULL
  FROM lists
  JOIN ${dataset}.completed_scrapes AS page
    ON page.dispatched_at = lists.dispatched_at
    AND page.run_id = lists.run_id
    AND page.parent_id = lists.parent_id
    AND page.dispatch_id = lists.dispatch_id
    AND page.fetch_id IN UNNEST(lists.fetch_ids)
  CROSS JOIN UNNEST(page.unknown_friends) AS friend_id
),
-- In how many lists the friend is missing between two rows of its own; a row that says nothing stands in line, and
-- beside a listing in the same list it counts for nothing.
spaced AS (
  SELECT
    listings.*,
    COUNTIF(is_listed) OVER by_friend AS times_listed,
    IFNULL(LAG(is_listed) OVER by_friend AND LEAD(is_listed) OVER by_friend, TRUE) AS stands_among_listings,
    GREATEST(number - IFNULL(LAG(number) OVER by_friend, 0) - 1, 0) AS missing_before,
    GREATEST(IFNULL(LEAD(number) OVER by_friend, newest_number + 1) - number - 1, 0) AS missing_after
  FROM listings
  WINDOW by_friend AS (PARTITION BY parent_id, friend_id ORDER BY number, is_listed DESC)
),
-- Of each listing, since the listing before it and until the one after it: in how many lists the friend is missing,
-- and in which one for certain. The first list that fell says nothing; a second one says the same.
absences AS (
  SELECT
    spaced.*,
    SUM(missing_before) OVER since AS missing_since,
    MAX(CASE
      WHEN missing_before = 0 OR missing_before = 1 AND previous_fell THEN NULL
      WHEN previous_fell AND NOT one_before_fell THEN number - 2
      ELSE number - 1
    END) OVER since AS last_missing_number,
    SUM(missing_after) OVER until AS missing_until,
    MIN(IF(missing_after > 0, number + 1, NULL)) OVER until AS first_missing_number,
    MIN(CASE
      WHEN missing_after = 0 OR missing_after = 1 AND next_fell THEN NULL
      WHEN next_fell THEN number + 2
      ELSE number + 1
    END) OVER until AS gone_number
  FROM spaced
  -- Of most listings nothing follows: the friend is listed before and after.
  WHERE missing_before > 0 OR missing_after > 0 OR NOT is_listed OR NOT stands_among_listings
  WINDOW
    since AS (PARTITION BY parent_id, friend_id, times_listed - IF(is_listed, 1, 0)),
    until AS (PARTITION BY parent_id, friend_id, times_listed)
),
-- A listing can mean two changes: that the friend came, at its own dispatch, and that it is missing, at a later one.
changes AS (
  SELECT
    parent_id, friend_id, friend_username, friend_name,
    IF(times_listed = 1, 'followed', 'reappeared') AS change,
    IF(times_listed = 1, NULL, missing_since) AS absent_dispatches,
    listed_again_at,
    last_missing_number AS previous_number,
    number
  FROM absences
  WHERE is_listed AND last_missing_number IS NOT NULL
  UNION ALL
  SELECT
    parent_id, friend_id, friend_username, friend_name,
    IF(gone_number IS NULL, 'withheld', 'no_longer_listed'),
    missing_until,
    listed_again_at,
    number,
    IFNULL(gone_number, first_missing_number)
  FROM absences
  WHERE is_listed AND (gone_number IS NOT NULL OR first_missing_number IS NOT NULL AND listed_again_at IS NULL)
),
observed AS (
  SELECT
    COALESCE(id, requested_id) AS friend_id,
    IF(status = 'protected', 'active', status) AS status,
    observed_at
  FROM ${dataset}.account_metadata
  WHERE role = 'vanished_friend' AND status != 'unknown'
)
SELECT
  changes.parent_id, shown.parent_username, changes.friend_id, changes.friend_username, changes.change,
  IF(changes.change = 'no_longer_listed', IFNULL(observed.status, 'unknown'), NULL) AS status_of_friend,
  changes.absent_dispatches, previous.dispatch_id AS previous_dispatch_id, shown.dispatch_id,
  previous.first_completed_at AS not_before,
  shown.last_completed_at AS not_after,
  changes.friend_name,
  observed.observed_at AS status_observed_at,
  shown.run_id, shown.dispatched_at
FROM changes
JOIN lists AS shown ON shown.parent_id = changes.parent_id AND shown.number = changes.number
JOIN lists AS previous ON previous.parent_id = changes.parent_id AND previous.number = changes.previous_number
LEFT JOIN observed
  ON observed.friend_id = changes.friend_id
  AND changes.change = 'no_longer_listed'
  AND observed.observed_at > shown.last_completed_at
  AND (changes.listed_again_at IS NULL OR observed.observed_at < changes.listed_again_at)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY changes.parent_id, changes.friend_id, changes.number
  ORDER BY observed.observed_at, observed.status) = 1
