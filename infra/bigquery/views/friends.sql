-- One row per dispatch and friend: whom a parent followed when the dispatch read its list. Shown is the chain of
-- pages that scrape_history marks, whether it reached the end of the list or not (dispatch_progress says), and a
-- friend that X listed twice once, at the lowest page and position. Of a check these are the friends that it read
-- again, and not whom it carries: current_friends has both.
-- Filters on dispatched_at, run_id, parent_id and dispatch_id prune.
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

WITH forgotten AS (
  SELECT id, LOWER(username) AS username FROM ${dataset}.forgotten_accounts
),
-- The friends are taken out before the join, and the join repeats every key: so a filter reaches both sides of it.
listed AS (
  SELECT
    page.run_id, page.dispatch_id, page.dispatched_at, page.parent_id, page.parent_username, page.page_number,
    friend.position,
    friend.id AS friend_id,
    friend.username AS friend_username,
    friend.name AS friend_name,
    friend.created_at AS friend_created_at,
    friend.description AS friend_description,
    friend.location AS friend_location,
    friend.url AS friend_url,
    friend.profile_image_url AS friend_profile_image_url,
    friend.protected AS friend_protected,
    friend.verified AS friend_verified,
    friend.verified_type AS friend_verified_type,
    friend.followers_count AS friend_followers_count,
    friend.following_count AS friend_following_count,
    friend.listed_count AS friend_listed_count,
    friend.post_count AS friend_post_count,
    friend.like_count AS friend_like_count,
    friend.media_count AS friend_media_count,
    page.job, page.fetch_id, page.completed_at,
    IFNULL(page.mode, 'full') AS mode
  FROM ${dataset}.completed_scrapes AS page
  CROSS JOIN UNNEST(page.friends) AS friend
)
SELECT listed.* REPLACE (history.parent_username AS parent_username)
FROM listed
JOIN ${dataset}.scrape_history AS history
  ON history.dispatched_at = listed.dispatched_at
  AND history.run_id = listed.run_id
  AND history.parent_id = listed.parent_id
  AND history.dispatch_id = listed.dispatch_id
  AND history.fetch_id = listed.fetch_id
WHERE history.in_chain
  AND NOT IFNULL(
    listed.friend_id IN (SELECT id FROM forgotten)
    OR LOWER(listed.friend_username) IN (SELECT username FROM forgotten), FALSE)
-- A page that is stored twice falls away here too.
QUALIFY ROW_NUMBER() OVER (
  PARTITION BY listed.dispatched_at, listed.run_id, listed.parent_id, listed.dispatch_id, listed.friend_id
  ORDER BY listed.page_number, listed.position, listed.fetch_id) = 1
