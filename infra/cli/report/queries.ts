/**
 * What the report asks of the views. Each takes the dataset's name (a checked identifier of our configuration)
 * and the query parameter `@since` TIMESTAMP: the start of the period.
 */

/** How many parents get a chart of their own: three columns of four on a desk, a short scroll on a phone. */
export const MOST_PARENTS = 12;
export const MOST_UNFINISHED = 15;
const MOST_WITHHELD = 15;
const MOST_JOBS = 15;
const MOST_STALE = 15;

/** One row: the dispatches of the period. The times are null where there are none. */
export const spanSql = (dataset: string) => `
SELECT
  MIN(dispatched_at) AS first_at, MAX(dispatched_at) AS last_at,
  COUNT(*) AS dispatches, COUNT(DISTINCT run_id) AS runs,
  COUNT(DISTINCT COALESCE(parent_id, CONCAT('@', LOWER(parent_username)))) AS parents
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since`;

/** The most active parents with a complete list, and in every row how many parents there are of this kind. */
export const parentsSql = (dataset: string) => `
WITH newest AS (
  SELECT parent_id, parent_username, friends_listed, COUNT(*) OVER (PARTITION BY parent_id) AS lists
  FROM ${dataset}.dispatch_progress
  WHERE state = 'complete' AND dispatched_at >= @since
  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id ORDER BY last_completed_at DESC, dispatch_id DESC) = 1
),
changes AS (
  SELECT
    parent_id,
    COUNTIF(change IN ('followed', 'reappeared')) AS arrived,
    COUNTIF(change = 'no_longer_listed') AS departed
  FROM ${dataset}.friend_changes
  WHERE not_after >= @since
  GROUP BY parent_id
)
SELECT
  newest.parent_id, newest.parent_username, newest.friends_listed, newest.lists,
  IFNULL(changes.arrived, 0) AS arrived, IFNULL(changes.departed, 0) AS departed,
  COUNT(*) OVER () AS of_parents
FROM newest
LEFT JOIN changes ON changes.parent_id = newest.parent_id
ORDER BY
  IFNULL(changes.arrived, 0) + IFNULL(changes.departed, 0) DESC, newest.friends_listed DESC, newest.parent_id
LIMIT ${MOST_PARENTS}`;

/** The complete lists of the parents in `@parents` ARRAY<STRING>, oldest first. */
export const listsSql = (dataset: string) => `
SELECT parent_id, last_completed_at AS completed_at, friends_listed
FROM ${dataset}.dispatch_progress
WHERE state = 'complete' AND dispatched_at >= @since AND parent_id IN UNNEST(@parents)
ORDER BY last_completed_at, dispatch_id`;

/** Changes by the UTC day on which they were first seen; what is withheld is none yet. */
export const changesPerDaySql = (dataset: string) => `
SELECT DATE(not_after) AS day, change, status_of_friend, COUNT(*) AS changes
FROM ${dataset}.friend_changes
WHERE not_after >= @since AND change != 'withheld'
GROUP BY day, change, status_of_friend
ORDER BY day, change, status_of_friend`;

/** The parents with the most friends that are withheld, and in every row how many such parents there are. */
export const withheldSql = (dataset: string) => `
SELECT
  parent_id, MAX(parent_username) AS parent_username, COUNT(*) AS friends, MAX(not_after) AS not_after,
  COUNT(*) OVER () AS of_parents
FROM ${dataset}.friend_changes
WHERE not_after >= @since AND change = 'withheld'
GROUP BY parent_id
ORDER BY friends DESC, parent_id
LIMIT ${MOST_WITHHELD}`;

/** Takes `@price` STRING of a friend, in US dollars. One row: what full reads would have cost has the look-up in it too. */
export const checksSql = (dataset: string) => `
SELECT
  COUNT(*) AS checks, IFNULL(SUM(cost_usd), 0) AS cost_usd,
  IFNULL(SUM(IFNULL(friends_count, 0)), 0) * CAST(@price AS FLOAT64) AS full_usd
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since AND mode = 'check' AND state IN ('checked', 'open', 'unaligned', 'complete')`;

/** The parents whose newest ended dispatch is open, and in every row how many there are. */
export const openChecksSql = (dataset: string) => `
WITH newest AS (
  SELECT parent_id, parent_username, run_id, dispatch_id, dispatched_at, state, last_completed_at
  FROM ${dataset}.dispatch_progress
  WHERE dispatched_at >= @since AND state IN ('complete', 'checked', 'open', 'unaligned')
  QUALIFY ROW_NUMBER() OVER (PARTITION BY parent_id ORDER BY last_completed_at DESC, dispatch_id DESC) = 1
)
SELECT
  newest.parent_id, newest.parent_username, page.frontier_id, known.friend_username AS frontier_username,
  IFNULL(page.fewer, 0) AS fewer, IFNULL(page.more, 0) AS more, newest.last_completed_at AS completed_at,
  COUNT(*) OVER () AS of_open
FROM newest
JOIN ${dataset}.scrape_history AS page
  ON page.dispatched_at = newest.dispatched_at AND page.run_id = newest.run_id
  AND page.parent_id = newest.parent_id AND page.dispatch_id = newest.dispatch_id AND page.is_head
LEFT JOIN ${dataset}.current_friends AS known
  ON known.parent_id = newest.parent_id AND known.friend_id = page.frontier_id
WHERE newest.state = 'open'
ORDER BY completed_at DESC, parent_id
LIMIT ${MOST_UNFINISHED}`;

/** States by the UTC day of dispatch. */
export const statesPerDaySql = (dataset: string) => `
SELECT DATE(dispatched_at) AS day, state, COUNT(*) AS dispatches
FROM ${dataset}.dispatch_progress
WHERE dispatched_at >= @since
GROUP BY day, state
ORDER BY day, state`;

/** The parents whose latest dispatch is neither complete nor a check that says something, and in every row how many there are. */
export const unfinishedSql = (dataset: string) => `
WITH latest AS (
  SELECT parent_id, parent_username, state, reason, pages_done, total_pages, dispatched_at
  FROM ${dataset}.dispatch_progress
  WHERE dispatched_at >= @since AND IFNULL(origin, '') != 'import'
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY LOWER(parent_username) ORDER BY dispatched_at DESC, dispatch_id DESC) = 1
)
SELECT latest.*, COUNT(*) OVER () AS of_unfinished
FROM latest
WHERE state NOT IN ('complete', 'checked', 'open')
ORDER BY dispatched_at DESC, parent_username
LIMIT ${MOST_UNFINISHED}`;

export const costPerDaySql = (dataset: string) => `
SELECT
  day, SUM(planned_cost_usd) AS planned_cost_usd, SUM(committed_cost_usd) AS committed_cost_usd,
  SUM(cost_usd) AS cost_usd
FROM ${dataset}.daily_cost
WHERE day >= DATE(@since)
GROUP BY day
ORDER BY day`;

/** What each job of the period has cost, the dearest first, and in every row how many jobs there are. */
export const costPerJobSql = (dataset: string) => `
SELECT
  job, SUM(planned_cost_usd) AS planned_cost_usd, SUM(cost_usd) AS cost_usd, SUM(friends) AS friends,
  SUM(look_ups) AS look_ups, COUNT(*) OVER () AS of_jobs
FROM ${dataset}.daily_cost
WHERE day >= DATE(@since)
GROUP BY job
ORDER BY cost_usd DESC, job
LIMIT ${MOST_JOBS}`;

/** The parents of which what is known is oldest, those without any list first, and in every row how all are. */
export const freshnessSql = (dataset: string) => `
SELECT
  parent_id, parent_username, full_read_at, age_hours, known_at, last_attempt_at, last_state, last_reason,
  attempts_since,
  COUNT(*) OVER () AS of_parents,
  COUNTIF(full_read_at IS NULL) OVER () AS never,
  COUNTIF(age_hours < 24) OVER () AS within_day,
  COUNTIF(age_hours >= 24 AND age_hours < 168) OVER () AS within_week
FROM ${dataset}.parent_freshness
ORDER BY IF(full_read_at IS NULL, 0, 1), full_read_at, parent_username, parent_id
LIMIT ${MOST_STALE}`;
