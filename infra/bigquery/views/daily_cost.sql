-- One row per UTC day and job on which money was planned or spent. Cost is counted on the day on which it arose,
-- so what is planned on one day may be spent on the next. A dispatch counts once a day with the largest of its
-- plannings, and again with each page that is committed because its list went on; a look-up counts with each message
-- that asked for it, dispatched or not.
--
-- day: The UTC day.
-- job: Name of the job that asked for the runs.
-- planned_cost_usd: What was expected that day to be spent: friends that X counts times price, and look-ups.
-- cost_usd: What was spent that day: the pages completed and the accounts looked up.
-- pages: How many pages were completed, also those that no chain shows; none that were imported.
-- friends: How many friends those pages returned.
-- look_ups: How many accounts were looked up.
-- committed_cost_usd: Most that was allowed that day to be spent, as DAILY_BUDGET_USD counts it: friends that may be bought times price, and look-ups.
WITH plannings AS (
  SELECT
    DATE(planned_at) AS day, job, run_id, dispatch_id, message_id, status, lookup_cost_usd,
    -- What was committed later adds to the plan; twice the same is committed once.
    IF(after_page IS NULL, 0, max_friends) AS step,
    planned_cost_usd - lookup_cost_usd AS planned_usd,
    -- Before there was a bound, the plan was what the budget counted.
    IFNULL(committed_cost_usd, planned_cost_usd) - lookup_cost_usd AS committed_usd
  FROM ${dataset}.dispatches
),
planned AS (
  SELECT
    day, job,
    MAX(IF(status = 'dispatched', planned_usd, 0)) AS planned_cost_usd,
    MAX(IF(status = 'dispatched', committed_usd, 0)) AS committed_cost_usd
  FROM plannings
  GROUP BY day, job, run_id, dispatch_id, step
),
asked AS (
  SELECT day, job, MAX(lookup_cost_usd) AS lookup_cost_usd
  FROM plannings
  GROUP BY day, job, run_id, dispatch_id, message_id
),
pages AS (
  SELECT DATE(completed_at) AS day, job, cost_usd, friend_count
  FROM ${dataset}.completed_scrapes
  -- Dodo has not paid for what was imported.
  WHERE origin IS NULL
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
  SELECT
    day, job, planned_cost_usd, committed_cost_usd, 0 AS cost_usd, 0 AS pages, 0 AS friends, 0 AS look_ups
  FROM planned
  UNION ALL
  SELECT day, job, lookup_cost_usd, lookup_cost_usd, 0, 0, 0, 0 FROM asked
  UNION ALL
  SELECT day, job, 0, 0, cost_usd, 1, friend_count, 0 FROM pages
  UNION ALL
  SELECT day, job, 0, 0, cost_usd, 0, 0, 1 FROM look_ups
)
SELECT
  day, job,
  SUM(planned_cost_usd) AS planned_cost_usd,
  SUM(cost_usd) AS cost_usd,
  SUM(pages) AS pages,
  SUM(friends) AS friends,
  SUM(look_ups) AS look_ups,
  SUM(committed_cost_usd) AS committed_cost_usd
FROM entries
GROUP BY day, job
