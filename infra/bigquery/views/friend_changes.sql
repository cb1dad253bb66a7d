-- One row per change in whom a parent follows. Compared are reads that have ended (a partial list says nothing of who
-- is gone), in the order in which they were completed, each with the one before it that says something of the friend.
-- A complete list says of every friend whether it is listed. A check says it of the friends that it read, and who is
-- gone of those that it found missing and proven so; of all others it says nothing, but for one thing: where it was
-- accounted for (checked), and X left nobody out of its first page, whoever stands above a friend of that page in a
-- later read did not stand there then, and has come since. A read that was still, or already,
-- being fetched when the one before it was completed is left out: of two that were read at the same time neither is
-- the older one. So a change shows at the first one after it that stands alone.
-- The first list of a parent yields no change, and neither does a rename. Two things say nothing of one friend,
-- and what was known of it goes on: that X named it in a problem instead of listing it, and that it is missing for
-- the first time in a list that fell below half of the one before it, which had 20 friends or more. Whoever is
-- missing in such a list is withheld, until the next list says the same (no_longer_listed, by that list) or not.
-- A list in which X returned somebody of whom not even the id could be read says who is listed, as a check does, and
-- nothing of anybody whom it misses: each of them may be that one.
-- A filter on parent_id prunes; one on a date does not, since a change needs the dispatch before it.
--
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request of dispatch_id named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- friend_id: X account id of the friend.
-- friend_username: Username of the friend where it was last listed.
-- change: followed (listed for the first time), reappeared (was listed before, then not, now again), no_longer_listed, or withheld (missing in a list that fell below half of the one before it, and no second list has said so yet: no change that happened, for all that is known).
-- status_of_friend: For no_longer_listed, what X first said of the account after it was found missing and before it was listed again (where a check found it: also that it was suspended or not found, after it was last listed): active, suspended, not_found, or unknown where it was not asked or did not say. Null for other changes.
-- absent_dispatches: In how many of the compared dispatches in a row the friend is missing, but for those that say nothing of it (as most checks): for no_longer_listed and withheld so far, for reappeared until now, null for followed.
-- previous_dispatch_id: The dispatch that the list was compared with: the last one before it that said something of the friend, or on top of which it did not stand.
-- dispatch_id: The dispatch that shows the change.
-- not_before: The change happened after this: the first page of the previous dispatch was complete.
-- not_after: The change happened before this: the last page of the dispatch was complete.
-- friend_name: Display name of the friend where it was last listed.
-- status_observed_at: When X said so; null where the status is unknown.
-- run_id: The dispatch request that dispatch_id belongs to.
-- dispatched_at: When that run was dispatched.
-- mode: full or check: what that dispatch was to be.
-- job: Name of the job that asked for that run.
-- friend_description: The friend's own text about itself where it was last listed.
-- friend_verified_type: Kind of verification where it was last listed: blue, business, government or none.
-- friend_followers_count: How many accounts followed the friend where it was last listed, as X counts.
WITH ended AS (
  SELECT
    parent_id, run_id, dispatched_at, dispatch_id,
    MAX(parent_username) AS parent_username,
    MAX(job) AS job,
    MAX(mode) AS mode,
    LOGICAL_OR(chain_complete) AND SUM(unreadable_friend_count) = 0 AS is_list,
    MIN(completed_at) AS first_completed_at,
    MAX(completed_at) AS last_completed_at,
    SUM(friend_count) AS friend_count,
    ARRAY_AGG(fetch_id) AS fetch_ids,
    IF(SUM(unreadable_friend_count) = 0, MAX(IF(is_head, fetch_id, NULL)), NULL) AS head_fetch_id,
    IFNULL(
      LOGICAL_OR(is_head AND is_aligned AND fewer = 0 AND more = 0)
        AND LOGICAL_OR(page_number = 1 AND friend_count = page_size),
      FALSE) AS shows_top
  FROM ${dataset}.scrape_history
  WHERE in_chain AND chain_ended
  GROUP BY parent_id, run_id, dispatched_at, dispatch_id
),
apart AS (
  SELECT ended.*
  FROM ended
  QUALIFY IFNULL(
    first_completed_at
      > LAG(last_completed_at) OVER (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id),
    TRUE)
),
-- Checks stand behind the list before them: list 3 has the number 3,000,000, and the second check since 3,000,002.
counted AS (
  SELECT
    apart.*,
    COUNTIF(is_list) OVER (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id) AS list_number,
    COUNTIF(is_list) OVER (PARTITION BY parent_id) AS newest_list_number
  FROM apart
  -- A change takes two.
  QUALIFY COUNT(*) OVER (PARTITION BY parent_id) > 1
),
numbered AS (
  SELECT
    counted.*,
    list_number * 1000000 - IF(list_number > 0, 1, 0)
      + ROW_NUMBER() OVER (PARTITION BY parent_id, list_number ORDER BY last_completed_at, dispatch_id) AS number,
    IFNULL(
      is_list AND LAG(friend_count) OVER among_lists >= 20
        AND LAG(friend_count) OVER among_lists > 2 * friend_count,
      FALSE) AS fell
  FROM counted
  WINDOW among_lists AS (PARTITION BY parent_id, is_list ORDER BY list_number)
),
-- Of a list and of the checks since: whether it, the lists before it and the one after it fell.
placed AS (
  SELECT
    numbered.*,
    LEAD(fell) OVER among_lists AS following_fell,
    LAG(fell) OVER among_lists AS preceding_fell,
    LAG(fell, 2) OVER among_lists AS one_before_preceding_fell
  FROM numbered
  WINDOW among_lists AS (PARTITION BY parent_id, is_list ORDER BY list_number)
),
reads AS (
  SELECT
    placed.*,
    list_number - IF(is_list, 1, 0) AS lists_before,
    FIRST_VALUE(following_fell) OVER since_list AS next_fell,
    IF(is_list, preceding_fell, FIRST_VALUE(fell) OVER since_list) AS previous_fell,
    IF(is_list, one_before_preceding_fell, FIRST_VALUE(preceding_fell) OVER since_list) AS one_before_fell
  FROM placed
  WINDOW since_list AS (PARTITION BY parent_id, list_number ORDER BY number)
),
-- Whom a page names beside those that it lists. A page that is stored twice says it once.
unlisted AS (
  SELECT page.dispatched_at, page.run_id, page.parent_id, page.dispatch_id, page.fetch_id, FALSE AS is_gone, friend_id
  FROM ${dataset}.completed_scrapes AS page
  CROSS JOIN UNNEST(page.unknown_friends) AS friend_id
  UNION DISTINCT
  SELECT page.dispatched_at, page.run_id, page.parent_id, page.dispatch_id, page.fetch_id, TRUE, friend_id
  FROM ${dataset}.completed_scrapes AS page
  CROSS JOIN UNNEST(page.check.missing) AS friend_id
  WHERE page.check.frontier_id IS NOT NULL
),
forgotten AS (
  SELECT id, LOWER(username) AS username FROM ${dataset}.forgotten_accounts
),
listed AS (
  SELECT
    page.dispatched_at, page.run_id, page.parent_id, page.dispatch_id, page.fetch_id, page.page_number,
    friend.position, friend.id, friend.username,
    STRUCT(friend.username, friend.name, friend.description, friend.verified_type, friend.followers_count) AS friend
  FROM ${dataset}.completed_scrapes AS page
  CROSS JOIN UNNEST(page.friends) AS friend
),
-- What the view friends shows of these reads: a filter on the parent would not reach that view from them, and all
-- friends that are stored would be looked at for those of a few parents.
listed_in_reads AS (
  SELECT
    reads.*, listed.fetch_id, TRUE AS is_listed, FALSE AS is_gone, listed.id AS friend_id, listed.friend,
    -- A page has 1,000 friends at most.
    listed.page_number * 1000 + listed.position AS place,
    listed.page_number = 1 AS is_on_first_page
  FROM reads
  CROSS JOIN UNNEST(reads.fetch_ids) AS read_fetch_id
  JOIN listed
    ON listed.dispatched_at = reads.dispatched_at
    AND listed.run_id = reads.run_id
    AND listed.parent_id = reads.parent_id
    AND listed.dispatch_id = reads.dispatch_id
    AND listed.fetch_id = read_fetch_id
  WHERE NOT IFNULL(
    listed.id IN (SELECT id FROM forgotten) OR LOWER(listed.username) IN (SELECT username FROM forgotten), FALSE)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY reads.parent_id, reads.number, listed.id
    ORDER BY listed.page_number, listed.position, listed.fetch_id) = 1
),
-- What a read says of a friend: that it is listed, that it is gone (a check), or nothing. Where a list has no row, the
-- friend is missing in it; where a check has none, it has not looked.
said AS (
  SELECT * FROM listed_in_reads
  UNION ALL
  SELECT
    reads.*, unlisted.fetch_id, FALSE, unlisted.is_gone, unlisted.friend_id, NULL, NULL, FALSE
  FROM reads
  JOIN unlisted
    ON unlisted.dispatched_at = reads.dispatched_at
    AND unlisted.run_id = reads.run_id
    AND unlisted.parent_id = reads.parent_id
    AND unlisted.dispatch_id = reads.dispatch_id
    AND unlisted.fetch_id IN UNNEST(reads.fetch_ids)
  WHERE NOT unlisted.is_gone OR NOT reads.is_list AND unlisted.fetch_id = reads.head_fetch_id
),
listings AS (
  SELECT
    parent_id, number, list_number, lists_before, newest_list_number, next_fell, previous_fell, one_before_fell,
    is_listed, is_gone, friend_id, friend, place,
    shows_top AND NOT is_list AND is_on_first_page AS is_on_top,
    LEAD(first_completed_at) OVER (PARTITION BY parent_id, friend_id, is_listed ORDER BY number) AS listed_again_at
  FROM said
),
-- In how many lists the friend is missing between two rows of its own; a row that says nothing stands in line, and
-- beside a listing in the same list it counts for nothing.
spaced AS (
  SELECT
    listings.*,
    COUNTIF(is_listed) OVER by_friend AS times_listed,
    IFNULL(LAG(is_listed) OVER by_friend AND LEAD(is_listed) OVER by_friend, TRUE) AS stands_among_listings,
    GREATEST(lists_before - IFNULL(LAG(list_number) OVER by_friend, 0), 0) AS missing_before,
    GREATEST(IFNULL(LEAD(lists_before) OVER by_friend, newest_list_number) - list_number, 0) AS missing_after,
    IF(
      is_listed,
      MAX(IF(is_on_top, number, NULL)) OVER (
        PARTITION BY parent_id, friend_id ORDER BY number, is_listed DESC, is_gone DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
      NULL) AS was_on_top_number
  FROM listings
  WINDOW by_friend AS (PARTITION BY parent_id, friend_id ORDER BY number, is_listed DESC, is_gone DESC)
),
-- Of each listing, since the listing before it and until the one after it: in how many reads the friend is missing,
-- and in which one for certain. The first list that fell says nothing; a second one says the same. And the newest
-- check on top of which somebody stood who stands below it now.
absences AS (
  SELECT
    spaced.*,
    MAX(was_on_top_number) OVER (
      PARTITION BY parent_id, number ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
      AS not_on_top_number,
    SUM(missing_before + IF(is_gone, 1, 0)) OVER since AS missing_since,
    MAX(CASE
      WHEN is_gone THEN number
      WHEN missing_before = 0 OR missing_before = 1 AND previous_fell THEN NULL
      WHEN previous_fell AND NOT one_before_fell THEN (lists_before - 1) * 1000000
      ELSE lists_before * 1000000
    END) OVER since AS last_missing_number,
    SUM(missing_after + IF(is_gone, 1, 0)) OVER until AS missing_until,
    MIN(IF(missing_after > 0, (list_number + 1) * 1000000, NULL)) OVER until AS first_missing_number,
    MIN(CASE
      WHEN is_gone THEN number
      WHEN missing_after = 0 OR missing_after = 1 AND next_fell THEN NULL
      WHEN next_fell THEN (list_number + 2) * 1000000
      ELSE (list_number + 1) * 1000000
    END) OVER until AS gone_number
  FROM spaced
  -- Of most listings nothing follows: the friend is listed before and after.
  WHERE missing_before > 0 OR missing_after > 0 OR NOT is_listed OR NOT stands_among_listings
    OR was_on_top_number IS NOT NULL
  WINDOW
    since AS (PARTITION BY parent_id, friend_id, times_listed - IF(is_listed, 1, 0)),
    until AS (PARTITION BY parent_id, friend_id, times_listed)
),
-- A listing can mean two changes: that the friend came, at its own dispatch, and that it is missing, at a later one.
changes AS (
  SELECT
    parent_id, friend_id, friend,
    IF(times_listed = 1, 'followed', 'reappeared') AS change,
    IF(times_listed = 1, NULL, missing_since) AS absent_dispatches,
    listed_again_at,
    GREATEST(last_missing_number, IFNULL(not_on_top_number, 0)) AS previous_number,
    number
  FROM absences
  WHERE is_listed AND last_missing_number IS NOT NULL
  UNION ALL
  SELECT
    parent_id, friend_id, friend,
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
  changes.parent_id, shown.parent_username, changes.friend_id, changes.friend.username AS friend_username, changes.change,
  IF(changes.change = 'no_longer_listed', IFNULL(observed.status, 'unknown'), NULL) AS status_of_friend,
  changes.absent_dispatches, previous.dispatch_id AS previous_dispatch_id, shown.dispatch_id,
  previous.first_completed_at AS not_before,
  shown.last_completed_at AS not_after,
  changes.friend.name AS friend_name,
  observed.observed_at AS status_observed_at,
  shown.run_id, shown.dispatched_at, shown.mode, shown.job,
  changes.friend.description AS friend_description,
  changes.friend.verified_type AS friend_verified_type,
  changes.friend.followers_count AS friend_followers_count
FROM changes
JOIN reads AS shown ON shown.parent_id = changes.parent_id AND shown.number = changes.number
JOIN reads AS previous ON previous.parent_id = changes.parent_id AND previous.number = changes.previous_number
LEFT JOIN observed
  ON observed.friend_id = changes.friend_id
  AND changes.change = 'no_longer_listed'
  AND (
    observed.observed_at > shown.last_completed_at
    -- Of whom a check misses X was asked before it may say so.
    OR NOT shown.is_list AND observed.status != 'active' AND observed.observed_at > previous.last_completed_at)
  AND (changes.listed_again_at IS NULL OR observed.observed_at < changes.listed_again_at)
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY changes.parent_id, changes.friend_id, changes.number
  ORDER BY observed.observed_at, observed.status) = 1
