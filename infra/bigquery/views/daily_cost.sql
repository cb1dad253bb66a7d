-- One row per UTC day and job on which money was planned or spent. Cost is counted on the day on which it arose,
-- so what is planned on one day may be spent on the next.
--
-- day: The UTC day.
-- job: Name of the job that asked for the runs.
-- planned_cost_usd: What was planned that day, as the daily budget counts it: each dispatch once with the largest of its plannings; what was not dispatched with its look-up.
-- cost_usd: What was spent that day: the pages completed and the accounts looked up.
-- pages: How many pages were completed, also those that no chain shows.
-- friends: How many friends those pages returned.
-- look_ups: How many accounts were looked up.
WITH planned AS (
  SELECT
    DATE(planned_at) AS day, job, run_id, dispatch_id,
    MAX(IF(status = 'dispatched', planned_cost_usd, lookup_cost_usd)) AS planned_cost_usd
  FROM ${dataset}.dispatches
  GROUP BY day, job, run_id, dispatch_id
),
pages AS (
  SELECT DATE(completed_at) AS day, job, cost_usd, friend_count
  FROM ${dataset}.completed_scrapes
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY dispatched_at, run_id, parent_id, dispatch_id, fetch_id ORDER BY completed_at) = 1
),
look_ups AS (
  SELECT DATE(observed_at) AS day, job, cost_usd
  FROM ${dataset}.account_metadata
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY dispatched_at, run_id, dispatch_id, role, COALESCE(requested_id, requested_username, id), observed_at
    ORDER BY status) = 1
),
entries AS (
  SELECT day, job, planned_cost_usd, 0 AS cost_usd, 0 AS pages, 0 AS friends, 0 AS look_ups FROM planned
  UNION ALL
  SELECT day, job, 0, cost_usd, 1, friend_count, 0 FROM pages
  UNION ALL
  SELECT day, job, 0, cost_usd, 0, 0, 1 FROM look_ups
)
SELECT
  day, job,
  SUM(IFNULL(planned_cost_usd, 0)) AS planned_cost_usd,
  SUM(cost_usd) AS cost_usd,
  SUM(pages) AS pages,
  SUM(friends) AS friends,
  SUM(look_ups) AS look_ups
FROM entries
GROUP BY day, job
