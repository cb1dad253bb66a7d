-- One row per parent: its newest complete list and how old that is, and what came of the newest attempt to read it. An
-- attempt is a dispatch: a full read, or a check, that was planned or of which a page is stored; also an imported list.
-- One that never learnt the parent's id is that of the parent that went by the same username last. A parent of which no
-- list was ever read to its end has its row too.
-- It needs the whole history of a parent; no filter makes it read less.
--
-- parent_id: X account id of the parent; null where it was never learnt.
-- parent_username: The parent's username as the newest attempt named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- full_read_at: When the newest complete list was complete; null where there is none.
-- age_hours: How old that list is, in whole hours.
-- friends_listed: How many friends it lists.
-- full_read_dispatch_id: The dispatch that read it.
-- known_at: When the list was last known: a complete list, or a check that met it (checked or open), was complete.
-- last_attempt_at: When the newest attempt was dispatched.
-- last_state: What came of it: the state of its dispatch, as in dispatch_progress.
-- last_reason: Why it failed, or has to wait; null where it ended or goes on.
-- last_job: Name of the job that asked for it.
-- last_run_id: The dispatch request that it belongs to.
-- last_dispatch_id: Its dispatch.
-- attempts_since: How many attempts were made since the newest complete list was dispatched, or ever.
WITH attempts AS (
  SELECT
    parent_id, parent_username, run_id, job, dispatch_id, dispatched_at, state, reason, friends_listed, last_completed_at
  FROM ${dataset}.dispatch_progress
  -- The parent is read by another dispatch of that run.
  WHERE IFNULL(status, 'dispatched') != 'duplicate'
),
named AS (
  SELECT
    LOWER(parent_username) AS username,
    ARRAY_AGG(parent_id ORDER BY dispatched_at DESC, parent_id LIMIT 1)[OFFSET(0)] AS parent_id
  FROM attempts
  WHERE parent_id IS NOT NULL
  GROUP BY LOWER(parent_username)
),
identified AS (
  SELECT attempts.* EXCEPT (parent_id), COALESCE(attempts.parent_id, named.parent_id) AS parent_id
  FROM attempts
  LEFT JOIN named ON named.username = LOWER(attempts.parent_username)
),
compared AS (
  SELECT
    identified.*,
    FIRST_VALUE(IF(state = 'complete', identified, NULL)) OVER (
      PARTITION BY IFNULL(parent_id, CONCAT('@', LOWER(parent_username)))
      ORDER BY IF(state = 'complete', 0, 1), last_completed_at DESC, dispatch_id DESC) AS full_read,
    MAX(IF(state IN ('complete', 'checked', 'open'), last_completed_at, NULL)) OVER (
      PARTITION BY IFNULL(parent_id, CONCAT('@', LOWER(parent_username)))) AS known_at
  FROM identified
),
counted AS (
  SELECT
    compared.*,
    COUNTIF(full_read.dispatched_at IS NULL OR dispatched_at > full_read.dispatched_at) OVER (
      PARTITION BY IFNULL(parent_id, CONCAT('@', LOWER(parent_username)))) AS attempts_since
  FROM compared
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY IFNULL(parent_id, CONCAT('@', LOWER(parent_username))) ORDER BY dispatched_at DESC, dispatch_id DESC) = 1
)
SELECT
  parent_id, parent_username,
  full_read.last_completed_at AS full_read_at,
  TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), full_read.last_completed_at, HOUR) AS age_hours,
  full_read.friends_listed AS friends_listed,
  full_read.dispatch_id AS full_read_dispatch_id,
  known_at,
  dispatched_at AS last_attempt_at,
  state AS last_state,
  reason AS last_reason,
  job AS last_job,
  run_id AS last_run_id,
  dispatch_id AS last_dispatch_id,
  attempts_since
FROM counted
