-- One row per parent and friend: whom each parent follows by the newest evidence. That is its newest complete list, and
-- what checks have shown since: who was seen in them is there, who was found missing is not, and everybody else is
-- carried from where it was last seen (is_carried, last_seen_at). A check that was read while another list of that
-- parent was says nothing here. The columns are those of friends and four more; a parent of which no list was
-- read to the end, or who follows nobody, has no row.
-- A filter on parent_id prunes.
--
-- run_id: The dispatch request that this belongs to.
-- dispatch_id: One parent in one run.
-- dispatched_at: When the run was dispatched; the partition.
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- page_number: Number of the page that the friend stands on, from 1.
-- position: Place on that page, from 1; X lists the newest follow first.
-- friend_id: X account id of the friend.
-- friend_username: Username of the friend at that time.
-- friend_name: Display name of the friend at that time.
-- friend_created_at: When the friend's account was created.
-- friend_description: The friend's own text about itself.
-- friend_location: Where the friend says it is.
-- friend_url: The link that the friend shows.
-- friend_profile_image_url: Address of the friend's profile picture.
-- friend_protected: True where only approved followers may read the friend.
-- friend_verified: True where X calls the friend verified.
-- friend_verified_type: Kind of verification: blue, business, government or none.
-- friend_followers_count: How many accounts follow the friend, as X counts.
-- friend_following_count: How many accounts the friend follows, as X counts.
-- friend_listed_count: On how many lists the friend stands, as X counts.
-- friend_post_count: How many posts the friend has written, as X counts.
-- friend_like_count: How many posts the friend has liked, as X counts.
-- friend_media_count: How many of the friend's posts have pictures or videos, as X counts.
-- job: Name of the job that asked for the run.
-- fetch_id: The fetch of the page; scrape_history has the rest of it.
-- completed_at: When the page was complete: the friend was seen by then.
-- mode: full or check: whether the dispatch was to read the whole list.
-- last_seen_at: When the friend was last seen in the list; the same as completed_at.
-- is_carried: True where the newest dispatch of the parent did not return the friend: a check that did not read so far.
-- full_read_at: When the complete list that this rests on was complete: the age of all that is carried is bounded by it.
-- first_listed_at: When the friend was first seen in the parent's list, by any dispatch; it may have been gone since, and come back.
WITH ended AS (
  SELECT
    parent_id, run_id, dispatched_at, dispatch_id,
    LOGICAL_OR(chain_complete) AS is_list,
    MIN(completed_at) AS first_completed_at,
    MAX(completed_at) AS last_completed_at,
    IF(SUM(unreadable_friend_count) = 0, MAX(IF(is_head, fetch_id, NULL)), NULL) AS head_fetch_id
  FROM ${dataset}.scrape_history
  WHERE in_chain AND chain_ended
  GROUP BY parent_id, run_id, dispatched_at, dispatch_id
),
numbered AS (
  SELECT
    ended.*,
    ROW_NUMBER() OVER in_order AS number,
    -- Of two that were read at the same time neither is the newer evidence; as in friend_changes.
    IFNULL(first_completed_at > LAG(last_completed_at) OVER in_order, TRUE) AS stands_alone
  FROM ended
  WINDOW in_order AS (PARTITION BY parent_id ORDER BY last_completed_at, dispatch_id)
),
placed AS (
  SELECT
    numbered.*,
    MAX(IF(is_list, number, NULL)) OVER (PARTITION BY parent_id) AS list_number,
    MAX(IF(is_list, last_completed_at, NULL)) OVER (PARTITION BY parent_id) AS full_read_at
  FROM numbered
),
counted AS (
  SELECT placed.*, MAX(number) OVER (PARTITION BY parent_id) AS newest_number
  FROM placed
  WHERE number = list_number OR number > list_number AND stands_alone
),
gone AS (
  SELECT counted.parent_id, friend_id, MAX(counted.number) AS number
  FROM counted
  JOIN ${dataset}.completed_scrapes AS page
    ON page.dispatched_at = counted.dispatched_at
    AND page.run_id = counted.run_id
    AND page.parent_id = counted.parent_id
    AND page.dispatch_id = counted.dispatch_id
    AND page.fetch_id = counted.head_fetch_id
  CROSS JOIN UNNEST(page.check.missing) AS friend_id
  WHERE NOT counted.is_list AND page.check.frontier_id IS NOT NULL
  GROUP BY counted.parent_id, friend_id
),
first_listed AS (
  SELECT parent_id, friend_id, MIN(completed_at) AS first_listed_at
  FROM ${dataset}.friends
  GROUP BY parent_id, friend_id
)
SELECT
  friends.*,
  friends.completed_at AS last_seen_at,
  counted.number < counted.newest_number AS is_carried,
  counted.full_read_at,
  first_listed.first_listed_at
FROM ${dataset}.friends AS friends
JOIN counted
  ON counted.dispatched_at = friends.dispatched_at
  AND counted.run_id = friends.run_id
  AND counted.parent_id = friends.parent_id
  AND counted.dispatch_id = friends.dispatch_id
JOIN first_listed
  ON first_listed.parent_id = friends.parent_id
  AND first_listed.friend_id = friends.friend_id
LEFT JOIN gone
  ON gone.parent_id = friends.parent_id
  AND gone.friend_id = friends.friend_id
WHERE gone.number IS NULL OR gone.number < counted.number
QUALIFY ROW_NUMBER() OVER (PARTITION BY friends.parent_id, friends.friend_id ORDER BY counted.number DESC) = 1
