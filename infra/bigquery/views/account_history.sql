-- One row per account and observation that showed something new of it: the first one, and each that differs from
-- what was known before in status, username, name, description, location, link, picture or verification. Seen
-- are accounts in friends lists and accounts that were looked up. Counts are those of that observation; counts
-- that move make no row. What X leaves out of an observation counts as unchanged, its status too.
--
-- account_id: X account id; null where X was asked by username and did not know it.
-- observed_at: When it was seen.
-- changed: What was new, as names of columns with a comma between; "first" for the first observation.
-- status: active, protected, suspended or not_found; unknown where X was asked and has never said.
-- previous_status: The status known before; unknown where X was asked and had not said.
-- username: Username at that time; the one that X was asked for where it did not know the account.
-- previous_username: The username known before.
-- name: Display name at that time.
-- previous_name: The display name known before.
-- description: The account's own text about itself.
-- previous_description: That text as it was known before.
-- location: Where the account says it is.
-- previous_location: Where it was known to say it is.
-- url: The link that the account shows.
-- previous_url: The link known before.
-- profile_image_url: Address of the profile picture.
-- verified_type: Kind of verification: blue, business, government or none.
-- created_at: When the account was created.
-- followers_count: How many accounts follow it, as X counts.
-- following_count: How many accounts it follows, as X counts.
-- listed_count: On how many lists it stands, as X counts.
-- post_count: How many posts it has written, as X counts.
-- like_count: How many posts it has liked, as X counts.
-- media_count: How many of its posts have pictures or videos, as X counts.
-- role: In which role it was seen: friend (in a friends list), parent, grandparent or vanished_friend.
-- run_id: The dispatch request during which it was seen.
-- dispatch_id: The dispatch during which it was seen.
WITH forgotten AS (
  SELECT id, LOWER(username) AS username FROM ${dataset}.forgotten_accounts
),
observations AS (
  SELECT
    friend_id AS account_id, completed_at AS observed_at,
    IF(friend_protected, 'protected', 'active') AS status,
    friend_username AS username, friend_name AS name, friend_description AS description,
    friend_location AS location, friend_url AS url, friend_profile_image_url AS profile_image_url,
    friend_verified_type AS verified_type, friend_created_at AS created_at,
    friend_followers_count AS followers_count, friend_following_count AS following_count,
    friend_listed_count AS listed_count, friend_post_count AS post_count, friend_like_count AS like_count,
    friend_media_count AS media_count,
    'friend' AS role, run_id, dispatch_id
  FROM ${dataset}.friends
  UNION ALL
  SELECT
    COALESCE(id, requested_id), observed_at, status, COALESCE(username, requested_username), name, description,
    location, url, profile_image_url, verified_type, created_at, followers_count, following_count, listed_count,
    post_count, like_count, media_count, role, run_id, dispatch_id
  FROM ${dataset}.account_metadata
  WHERE NOT IFNULL(
    COALESCE(id, requested_id) IN (SELECT id FROM forgotten)
    OR LOWER(COALESCE(username, requested_username)) IN (SELECT username FROM forgotten), FALSE)
),
compared AS (
  SELECT
    observations.*,
    COUNT(*) OVER earlier AS observations_before,
    LAST_VALUE(IF(status = 'unknown', NULL, status) IGNORE NULLS) OVER earlier AS status_before,
    LAST_VALUE(username IGNORE NULLS) OVER earlier AS previous_username,
    LAST_VALUE(name IGNORE NULLS) OVER earlier AS previous_name,
    LAST_VALUE(description IGNORE NULLS) OVER earlier AS previous_description,
    LAST_VALUE(location IGNORE NULLS) OVER earlier AS previous_location,
    LAST_VALUE(url IGNORE NULLS) OVER earlier AS previous_url,
    LAST_VALUE(profile_image_url IGNORE NULLS) OVER earlier AS previous_profile_image_url,
    LAST_VALUE(verified_type IGNORE NULLS) OVER earlier AS previous_verified_type
  FROM observations
  WINDOW earlier AS (
    PARTITION BY IFNULL(account_id, CONCAT('@', LOWER(username)))
    ORDER BY observed_at, dispatch_id, role, status, username, name
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
described AS (
  SELECT
    compared.*,
    IF(observations_before = 0, NULL, IFNULL(status_before, 'unknown')) AS previous_status,
    IF(observations_before = 0, ', first', CONCAT(
      IF(NULLIF(status, 'unknown') != IFNULL(status_before, 'unknown'), ', status', ''),
      IF(username != previous_username, ', username', ''),
      IF(name != previous_name, ', name', ''),
      IF(description != previous_description, ', description', ''),
      IF(location != previous_location, ', location', ''),
      IF(url != previous_url, ', url', ''),
      IF(profile_image_url != previous_profile_image_url, ', profile_image_url', ''),
      IF(verified_type != previous_verified_type, ', verified_type', ''))) AS news
  FROM compared
)
SELECT
  account_id, observed_at, SUBSTR(news, 3) AS changed, status, previous_status, username, previous_username, name,
  previous_name, description, previous_description, location, previous_location, url, previous_url, profile_image_url,
  verified_type, created_at, followers_count, following_count, listed_count, post_count, like_count, media_count, role,
  run_id, dispatch_id
FROM described
WHERE news != ''
