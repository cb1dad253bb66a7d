-- One row per page that was fetched, without its friends. Two fetches of one page can differ, because the list
-- moved between them; so each dispatch has one chain: its head is the earliest page that ended the list, or its
-- check (else the page furthest on), and the other pages of the chain are those that the head was reached through (its
-- lineage). The other views show chains only; what is outside a chain was paid for all the same. Of a dispatch that
-- was planned under two times, as of old a run that Cloud Scheduler published twice, the newer plan's pages count.
-- Filters on dispatched_at, run_id, parent_id and dispatch_id prune.
--
-- run_id: The dispatch request that this belongs to.
-- job: Name of the job that asked for the run.
-- dispatch_id: One parent in one run.
-- dispatched_at: When the run was dispatched; the partition.
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the request named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- grandparent_id: X account id of the account through which the parent was found.
-- grandparent_username: Username of the account through which the parent was found, spelled as a parent's is.
-- page_number: Number of the page in the parent's list, from 1.
-- total_pages: How many pages were planned when the page was asked for.
-- page_size: How many friends were asked for.
-- friends_count: How many friends X said the parent had when the dispatch was planned.
-- fetch_id: Tells two fetches of one page apart.
-- outcome: scraped, or unavailable (the list could not be read any further).
-- reason: Why unavailable: protected, suspended, not_found, page_token_rejected, cursor_loop, refused, or (of old) over_plan: the list went on beyond its plan.
-- friend_count: How many friends the page returned.
-- has_problems: True where X or BigQuery objected to something on the page; the table says what.
-- ends_list: True where X sent no token of a next page.
-- is_head: True for the one page that the dispatch's chain is followed back from.
-- in_chain: True for the pages whose friends are shown.
-- chain_complete: True where the dispatch's chain runs unbroken from page 1 to the end of the list.
-- cost_usd: What X charges for what the page returned.
-- message_id: Id of the Pub/Sub message that caused the fetch.
-- completed_at: When the page was complete.
-- max_friends: The most friends that the plan allowed to be bought on all pages together; null where there was no bound yet.
-- unknown_friend_count: How many friends X named in a problem instead of listing them: in this list they are unknown, neither listed nor gone.
-- mode: full (the whole list is read) or check (its head, and on only while something is not explained).
-- mode_reason: Why a check that was asked for was made a full read, or is not as usual; null: as it was asked for.
-- check_ended_by: Of the page that ended a check: overlap (what changed is explained), limit (no more may be bought) or end (the list is over).
-- frontier_id: X account id of the deepest friend down to which a check that has ended met the list as it was known; below it nothing was compared.
-- fewer: Of the page that ended a check: by X's count so many friends are gone that nobody has found missing.
-- more: Of the page that ended a check: by X's count so many friends are there that nobody has seen.
-- base_dispatch_id: The dispatch that a check is compared with.
-- is_aligned: Of the page that ended a check: true where it met the list as it was known; else it says nothing of who is missing.
-- chain_ended: True where the chain runs unbroken from page 1 to the end of the list, or to where a check ended.
-- unreadable_friend_count: How many accounts X returned of which not even the id could be read: each may be anybody who is missing in this list.
-- origin: import where the page was read by others, and imported from their archive; null: Dodo has fetched it.
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
superseded AS (
  SELECT run_id, dispatch_id, dispatched_at
  FROM ${dataset}.dispatches
  WHERE status = 'dispatched' AND NOT republished AND after_page IS NULL
  GROUP BY run_id, dispatch_id, dispatched_at
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY run_id, dispatch_id ORDER BY MAX(planned_at) DESC, MAX(message_id) DESC) > 1
),
fetches AS (
  SELECT
    run_id, job, dispatch_id, dispatched_at, parent_id, parent_username, grandparent_id, grandparent_username,
    page_number, total_pages, page_size, friends_count, fetch_id, lineage, outcome, reason, friend_count,
    problems IS NOT NULL AS has_problems,
    outcome = 'scraped' AND next_token IS NULL AS ends_list,
    cost_usd, message_id, completed_at, max_friends,
    ARRAY_LENGTH(unknown_friends) AS unknown_friend_count,
    IFNULL(mode, 'full') AS mode, mode_reason,
    outcome = 'scraped' AND (next_token IS NULL OR page.check.ended_by IS NOT NULL) AS ends_read,
    page.check.ended_by AS check_ended_by,
    IF(page.check.ended_by IS NULL, NULL, page.check.frontier_id) AS frontier_id,
    IF(page.check.ended_by IS NULL, NULL, page.check.fewer) AS fewer,
    IF(page.check.ended_by IS NULL, NULL, page.check.more) AS more,
    page.check.base_dispatch_id AS base_dispatch_id,
    IF(page.check.ended_by IS NULL, NULL, page.check.frontier_id IS NOT NULL) AS is_aligned,
    IFNULL(unreadable_friends, 0) AS unreadable_friend_count,
    origin
  FROM ${dataset}.completed_scrapes AS page
  WHERE NOT IFNULL(
    parent_id IN (SELECT id FROM forgotten) OR LOWER(parent_username) IN (SELECT username FROM forgotten), FALSE)
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY dispatched_at, run_id, parent_id, dispatch_id, fetch_id ORDER BY completed_at) = 1
),
headed AS (
  SELECT
    fetches.*,
    FIRST_VALUE(fetch_id) OVER best_first AS head_fetch_id,
    FIRST_VALUE(page_number) OVER best_first AS head_page_number,
    FIRST_VALUE(ends_list) OVER best_first AS head_ends_list,
    FIRST_VALUE(ends_read) OVER best_first AS head_ends_read,
    FIRST_VALUE(lineage) OVER best_first AS head_lineage
  FROM fetches
  WINDOW best_first AS (
    PARTITION BY dispatched_at, run_id, parent_id, dispatch_id
    ORDER BY
      IF(ends_read, 0, 1), IF(ends_read, 0, -page_number), IF(outcome = 'scraped', 0, 1), completed_at, fetch_id)
),
placed AS (
  SELECT
    headed.*,
    grandparent_id IN (SELECT id FROM forgotten) OR LOWER(grandparent_username) IN (SELECT username FROM forgotten)
      AS grandparent_is_forgotten,
    superseded.run_id IS NULL AS is_shown,
    fetch_id = head_fetch_id OR fetch_id IN UNNEST(head_lineage) AS on_the_way,
    fetch_id = head_fetch_id OR IFNULL(head_lineage[SAFE_OFFSET(page_number - 1)] = fetch_id, FALSE) AS in_place
  FROM headed
  LEFT JOIN superseded
    ON superseded.run_id = headed.run_id
    AND superseded.dispatch_id = headed.dispatch_id
    AND superseded.dispatched_at = headed.dispatched_at
),
judged AS (
  SELECT
    placed.*,
    ARRAY_LENGTH(head_lineage) = head_page_number - 1
      AND SUM(IF(in_place, 1, 0)) OVER (PARTITION BY dispatched_at, run_id, parent_id, dispatch_id) = head_page_number
      AS is_unbroken
  FROM placed
)
SELECT
  run_id, job, dispatch_id, dispatched_at, parent_id,
  IFNULL(of_parent.spelling, LOWER(parent_username)) AS parent_username,
  IF(grandparent_is_forgotten, NULL, grandparent_id) AS grandparent_id,
  IF(grandparent_is_forgotten, NULL, IFNULL(of_grandparent.spelling, LOWER(grandparent_username)))
    AS grandparent_username,
  page_number, total_pages, page_size, friends_count, fetch_id, outcome, reason, friend_count, has_problems, ends_list,
  is_shown AND fetch_id = head_fetch_id AS is_head,
  is_shown AND on_the_way AS in_chain,
  is_shown AND is_unbroken AND head_ends_list AS chain_complete,
  cost_usd, message_id, completed_at, max_friends, unknown_friend_count, mode, mode_reason, check_ended_by,
  -- It is empty where a scrub has taken the account away.
  IF(frontier_id = '' OR frontier_id IN (SELECT id FROM forgotten), NULL, frontier_id) AS frontier_id,
  fewer, more, base_dispatch_id, is_aligned,
  is_shown AND is_unbroken AND head_ends_read AS chain_ended,
  unreadable_friend_count,
  origin
FROM judged
LEFT JOIN spelled AS of_parent ON of_parent.name = LOWER(parent_username)
LEFT JOIN spelled AS of_grandparent ON of_grandparent.name = LOWER(grandparent_username)
