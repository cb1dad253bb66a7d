-- One row per dispatch: what was planned of a parent in a run, how far it got, and what it cost. A dispatch of
-- which only the plan is stored, or only pages (published by hand, say), has its row too. What was committed when
-- a list went on beyond its plan is part of the plan.
-- Filters on dispatched_at, run_id and dispatch_id prune.
--
-- run_id: The dispatch request that this belongs to.
-- job: Name of the job that asked for the run.
-- dispatch_id: One parent in one run.
-- parent_id: X account id of the parent; null where it was never learnt.
-- parent_username: The parent's username as the request named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- status: What was planned: dispatched, over_budget, not_found, suspended, protected, unknown (X did not say what a plan needs to know) or duplicate (another parent of the run is the same account); null where no plan is stored.
-- state: complete (its chain of pages is unbroken and reaches the end of the list), checked, open or unaligned (a check that has ended: what X's count says is accounted for, or is not, or the list as it was known was not met), running, stopped (no end, and an operator has stopped its run, or all), stalled (no end, and nothing for 24 hours), partial (pages, and the list cannot be read on, or no budget has room for its next page, or an imported archive does not show that they are all), unavailable (no page at all) or over_budget.
-- reason: Why it is partial, unavailable or over_budget (not_in_archive: an imported archive holds no more of the list), or why its missing pages were not published again.
-- total_pages: How many pages are planned: those that the friends count promised, and what was committed since.
-- pages_done: How many pages of the chain were scraped.
-- friends_count: How many friends X (or the request) said the parent has.
-- friends_listed: How many friends the view friends shows.
-- planned_cost_usd: What the plan is expected to cost: friends times price, and the look-up.
-- cost_usd: What was paid: the look-up and every fetched page, also those outside the chain. (What was fetched for a plan of another time is in daily_cost.)
-- dispatched_at: When the run was dispatched.
-- first_completed_at: When the first page of the chain was complete.
-- last_completed_at: When the last page of the chain was complete.
-- planned_at: When the plan was made.
-- grandparent_id: X account id of the account through which the parent was found.
-- grandparent_username: Username of the account through which the parent was found, spelled as a parent's is.
-- committed_cost_usd: Most that may be spent: the friends that may be bought times price, and the look-up; of what was not dispatched the look-up alone.
-- is_final: True where nothing more can come of it: the list was read to its end, or its check ended, or X said that it cannot be read. Else it goes on, or the operator can publish it again. An imported list is always final.
-- mode: full (the whole list is read) or check (its head, and on only while something is not explained).
-- mode_reason: Why a check that was asked for is made a full read (no_base, unaligned, order_broken, checks_stopped or keyframe), or is not as usual (count_collapsed, search_waits or over_budget); null: as it was asked for.
-- base_dispatch_id: The dispatch that a check is compared with, or with whose order that of a full read is.
-- fewer: Of a check that has ended: by X's count so many friends are gone that nobody has found missing.
-- more: Of a check that has ended: by X's count so many friends are there that nobody has seen.
-- origin: import where its pages were read by others, and imported from their archive; cloud-scheduler where that asked for it; else null.
WITH forgotten AS (
  SELECT id, LOWER(username) AS username FROM ${dataset}.forgotten_accounts
),
-- X takes a username in any spelling. So that one account has one name, it is shown in X's own, and where X was never
-- asked for it as a request typed it last.
spellings AS (
  SELECT username, TRUE AS is_of_x, observed_at AS named_at
  FROM ${dataset}.account_metadata
  WHERE id IS NOT NULL AND username IS NOT NULL
  UNION ALL
  SELECT username, FALSE, dispatched_at
  FROM ${dataset}.dispatches
  CROSS JOIN UNNEST([parent_username, grandparent_username]) AS username
  WHERE username IS NOT NULL
),
spelled AS (
  SELECT
    LOWER(username) AS name,
    ARRAY_AGG(username ORDER BY IF(is_of_x, 0, 1), named_at DESC, username LIMIT 1)[OFFSET(0)] AS spelling
  FROM spellings
  GROUP BY LOWER(username)
),
-- What an operator has said last of a run, and, where run_id is null, of all.
words AS (
  SELECT
    run_id,
    ARRAY_AGG(is_stopped ORDER BY said_at DESC LIMIT 1)[OFFSET(0)] AS is_stopped,
    MAX(said_at) AS said_at
  FROM ${dataset}.stops
  GROUP BY run_id
),
plannings AS (
  SELECT
    run_id, job, dispatch_id, dispatched_at, parent_id, parent_username, grandparent_id, grandparent_username, status,
    reason, total_pages, friends_count, planned_cost_usd, lookup_cost_usd, republished, planned_at, message_id,
    after_page, IFNULL(mode, 'full') AS mode, mode_reason, base_dispatch_id, origin,
    -- Before there was a bound, the plan was what the budgets counted.
    IFNULL(committed_cost_usd, planned_cost_usd) AS committed_cost_usd,
    republished OR after_page IS NOT NULL AS is_later,
    -- Commits a page more to the plan; twice the same is committed once.
    status = 'dispatched' AND NOT republished AND after_page IS NOT NULL
      AND planned_at = MIN(planned_at) OVER (
        PARTITION BY run_id, dispatch_id, status, republished, after_page IS NULL, max_friends) AS is_more
  FROM ${dataset}.dispatches
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY run_id, dispatch_id, planned_at, status, republished, after_page ORDER BY message_id) = 1
),
plans AS (
  SELECT
    plannings.* EXCEPT (dispatched_at, parent_id),
    -- That of its pages. Of old, Cloud Scheduler could publish a run under two times.
    FIRST_VALUE(dispatched_at) OVER (
      PARTITION BY run_id, dispatch_id
      ORDER BY is_later, IF(status = 'dispatched', 0, 1), planned_at DESC, message_id DESC) AS dispatched_at,
    MAX(parent_id) OVER (PARTITION BY run_id, dispatch_id) AS parent_id,
    SUM(lookup_cost_usd) OVER (PARTITION BY run_id, dispatch_id) AS cost_usd,
    MAX(IF(status = 'dispatched', planned_at, NULL)) OVER (PARTITION BY run_id, dispatch_id) AS seen_at,
    SUM(IF(is_more, planned_cost_usd, 0)) OVER (PARTITION BY run_id, dispatch_id) AS more_planned_usd,
    SUM(IF(is_more, committed_cost_usd, 0)) OVER (PARTITION BY run_id, dispatch_id) AS more_committed_usd,
    MAX(IF(is_more, total_pages, NULL)) OVER (PARTITION BY run_id, dispatch_id) AS more_pages,
    MAX(IF(is_more, after_page, NULL)) OVER (PARTITION BY run_id, dispatch_id) AS committed_after,
    MAX(IF(status = 'over_budget', after_page, NULL)) OVER (PARTITION BY run_id, dispatch_id) AS refused_after,
    FIRST_VALUE(IF(status = 'over_budget', reason, NULL)) OVER (
      PARTITION BY run_id, dispatch_id
      ORDER BY IF(status = 'over_budget', IFNULL(after_page, 0), -1) DESC, planned_at DESC, message_id DESC)
      AS refusal_of_more,
    FIRST_VALUE(IF(status = 'over_budget' AND after_page IS NULL, reason, NULL)) OVER (
      PARTITION BY run_id, dispatch_id ORDER BY planned_at DESC, message_id DESC) AS refusal
  FROM plannings
  -- The newest planning counts, but for those that only published its pages again (want of budget is not final) or
  -- committed more to it; and a plan that was stored so late that another had to be made was not acted on.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY run_id, dispatch_id ORDER BY is_later, planned_at DESC, message_id DESC) = 1
),
pages AS (
  SELECT
    dispatched_at, run_id, dispatch_id,
    MAX(job) AS job,
    MAX(parent_id) AS parent_id,
    MAX(parent_username) AS parent_username,
    MAX(grandparent_id) AS grandparent_id,
    MAX(grandparent_username) AS grandparent_username,
    MAX(total_pages) AS total_pages,
    MAX(friends_count) AS friends_count,
    LOGICAL_OR(chain_complete) AS is_complete,
    LOGICAL_OR(chain_ended) AS is_ended,
    LOGICAL_OR(is_head AND is_aligned) AS is_aligned,
    MAX(IF(is_head AND chain_ended, fewer, NULL)) AS fewer,
    MAX(IF(is_head AND chain_ended, more, NULL)) AS more,
    MAX(mode) AS mode,
    MAX(mode_reason) AS mode_reason,
    MAX(base_dispatch_id) AS base_dispatch_id,
    LOGICAL_OR(outcome = 'unavailable') AS is_unavailable,
    MAX(origin) AS origin,
    COALESCE(MAX(IF(is_head, reason, NULL)), MAX(reason)) AS reason,
    COUNTIF(in_chain AND outcome = 'scraped') AS pages_done,
    SUM(cost_usd) AS cost_usd,
    MIN(IF(in_chain, completed_at, NULL)) AS first_completed_at,
    MAX(IF(in_chain, completed_at, NULL)) AS last_completed_at,
    MAX(completed_at) AS seen_at
  FROM ${dataset}.scrape_history
  GROUP BY dispatched_at, run_id, dispatch_id
  -- Else they are those of a plan of another time.
  HAVING LOGICAL_OR(in_chain)
),
-- A union and windows, not joins: so that a filter on the dispatch reaches every table.
parts AS (
  SELECT 1 AS part, dispatched_at, run_id, dispatch_id, plans AS plan, NULL AS pages, NULL AS friends_listed, seen_at
  FROM plans
  UNION ALL
  SELECT 2, dispatched_at, run_id, dispatch_id, NULL, pages, NULL, seen_at
  FROM pages
  UNION ALL
  SELECT 3, dispatched_at, run_id, dispatch_id, NULL, NULL, COUNT(*), NULL
  FROM ${dataset}.friends
  GROUP BY dispatched_at, run_id, dispatch_id
),
joined AS (
  SELECT
    dispatched_at, run_id, dispatch_id,
    FIRST_VALUE(plan) OVER (PARTITION BY dispatched_at, run_id, dispatch_id ORDER BY IF(part = 1, 0, 1)) AS plan,
    FIRST_VALUE(pages) OVER (PARTITION BY dispatched_at, run_id, dispatch_id ORDER BY IF(part = 2, 0, 1)) AS pages,
    MAX(friends_listed) OVER (PARTITION BY dispatched_at, run_id, dispatch_id) AS friends_listed,
    MAX(seen_at) OVER (PARTITION BY dispatched_at, run_id, dispatch_id) AS seen_at
  FROM parts
  QUALIFY ROW_NUMBER() OVER (PARTITION BY dispatched_at, run_id, dispatch_id ORDER BY part) = 1
),
judged AS (
  SELECT
    joined.*,
    IFNULL(plan.refused_after > IFNULL(plan.committed_after, 0), FALSE) AS is_refused,
    IFNULL(words.is_stopped, FALSE) OR IFNULL((SELECT is_stopped FROM words WHERE run_id IS NULL), FALSE) AS is_stopped,
    -- What was stopped has not stood still by itself: its day begins when it is told to go on.
    GREATEST(
      seen_at,
      IFNULL(words.said_at, seen_at),
      IFNULL((SELECT said_at FROM words WHERE run_id IS NULL), seen_at)) AS moved_at
  FROM joined
  LEFT JOIN words ON words.run_id = joined.run_id
),
progress AS (
  SELECT
    run_id, dispatch_id, dispatched_at,
    COALESCE(plan.job, pages.job) AS job,
    COALESCE(plan.parent_id, pages.parent_id) AS parent_id,
    COALESCE(plan.parent_username, pages.parent_username) AS parent_username,
    COALESCE(plan.grandparent_id, pages.grandparent_id) AS grandparent_id,
    COALESCE(plan.grandparent_username, pages.grandparent_username) AS grandparent_username,
    plan.status,
    CASE
      WHEN pages.is_complete THEN 'complete'
      WHEN pages.is_ended AND NOT IFNULL(pages.is_aligned, FALSE) THEN 'unaligned'
      WHEN pages.is_ended THEN IF(pages.fewer = 0 AND pages.more = 0, 'checked', 'open')
      WHEN pages.is_unavailable OR pages.origin = 'import' THEN IF(pages.pages_done > 0, 'partial', 'unavailable')
      WHEN pages.pages_done IS NOT NULL AND is_refused THEN 'partial'
      WHEN pages.pages_done IS NULL AND plan.status = 'over_budget' THEN 'over_budget'
      WHEN pages.pages_done IS NULL AND plan.status != 'dispatched' THEN 'unavailable'
      WHEN is_stopped THEN 'stopped'
      WHEN moved_at < TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 24 HOUR) THEN 'stalled'
      ELSE 'running'
    END AS state,
    IF(
      pages.is_ended, NULL,
      COALESCE(
        pages.reason, IF(pages.origin = 'import', 'not_in_archive', NULL), IF(is_refused, plan.refusal_of_more, NULL), plan.refusal, plan.reason,
        NULLIF(plan.status, 'dispatched'))) AS reason,
    COALESCE(GREATEST(plan.total_pages, IFNULL(plan.more_pages, 0)), pages.total_pages) AS total_pages,
    IFNULL(pages.pages_done, 0) AS pages_done,
    COALESCE(plan.friends_count, pages.friends_count) AS friends_count,
    IFNULL(friends_listed, 0) AS friends_listed,
    -- Each with all look-ups of the dispatch: a plan that had to wait for money was not made with its own.
    IF(plan.after_page IS NULL, plan.planned_cost_usd - plan.lookup_cost_usd, 0) + plan.more_planned_usd
      + plan.cost_usd AS planned_cost_usd,
    IF(plan.after_page IS NULL AND plan.status = 'dispatched', plan.committed_cost_usd - plan.lookup_cost_usd, 0)
      + plan.more_committed_usd + plan.cost_usd AS committed_cost_usd,
    IFNULL(
      pages.is_ended OR pages.is_unavailable OR pages.origin = 'import'
        OR pages.pages_done IS NULL AND plan.status IN ('not_found', 'suspended', 'protected', 'duplicate'),
      FALSE) AS is_final,
    IFNULL(plan.cost_usd, 0) + IFNULL(pages.cost_usd, 0) AS cost_usd,
    pages.first_completed_at, pages.last_completed_at, plan.planned_at,
    COALESCE(plan.mode, pages.mode) AS mode,
    IF(plan.run_id IS NULL, pages.mode_reason, plan.mode_reason) AS mode_reason,
    COALESCE(plan.base_dispatch_id, pages.base_dispatch_id) AS base_dispatch_id,
    pages.fewer, pages.more,
    COALESCE(pages.origin, plan.origin) AS origin
  FROM judged
),
shown AS (
  SELECT
    progress.*,
    grandparent_id IN (SELECT id FROM forgotten) OR LOWER(grandparent_username) IN (SELECT username FROM forgotten)
      AS grandparent_is_forgotten
  FROM progress
  WHERE NOT IFNULL(
    parent_id IN (SELECT id FROM forgotten) OR LOWER(parent_username) IN (SELECT username FROM forgotten), FALSE)
)
SELECT
  run_id, job, dispatch_id, parent_id, IFNULL(of_parent.spelling, LOWER(parent_username)) AS parent_username, status, state,
  reason, total_pages, pages_done, friends_count, friends_listed, planned_cost_usd, cost_usd, dispatched_at,
  first_completed_at, last_completed_at, planned_at,
  IF(grandparent_is_forgotten, NULL, grandparent_id) AS grandparent_id,
  IF(grandparent_is_forgotten, NULL, IFNULL(of_grandparent.spelling, LOWER(grandparent_username)))
    AS grandparent_username,
  committed_cost_usd, is_final, mode, mode_reason, base_dispatch_id, fewer, more, origin
FROM shown
LEFT JOIN spelled AS of_parent ON of_parent.name = LOWER(parent_username)
LEFT JOIN spelled AS of_grandparent ON of_grandparent.name = LOWER(grandparent_username)
