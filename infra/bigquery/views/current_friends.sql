-- One row per parent and friend: whom each parent followed when its list was last read to the end. The columns
-- are those of friends; a parent whose newest complete list is empty has no row.
-- A filter on parent_id prunes.
--
-- run_id: The dispatch request that this belongs to.
-- dispatch_id: One parent in one run.
-- dispatched_at: When the run was dispatched; the partition.
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request named it.
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
-- job: Name of the job that asked for the run.
-- fetch_id: The fetch of the page; scrape_history has the rest of it.
-- completed_at: When the page was complete: the friend was seen by then.
WITH newest AS (
  SELECT dispatched_at, run_id, parent_id, dispatch_id
  FROM ${dataset}.scrape_history
  WHERE in_chain AND chain_complete
  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id ORDER BY completed_at DESC, dispatch_id DESC) = 1
)
SELECT friends.*
FROM ${dataset}.friends AS friends
JOIN newest
  ON newest.dispatched_at = friends.dispatched_at
  AND newest.run_id = friends.run_id
  AND newest.parent_id = friends.parent_id
  AND newest.dispatch_id = friends.dispatch_id
