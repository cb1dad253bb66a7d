-- One row per parent: how far its reads of the last 180 days bear out that X lists friends by the time of the follow,
-- newest first. All that checks conclude rests on it, so each read that has something to compare with tests it. A
-- friend that was followed anew moves to the top and one that returns stands at its old place: neither breaks it.
-- A filter on parent_id prunes, and one on dispatched_at is part of the view.
--
-- parent_id: X account id of the parent.
-- parent_username: The parent's username as the newest of these reads named it, in X's spelling where X was asked for it, else in the one of the newest request.
-- reads: How many reads have ended and were compared.
-- compared: Known friends that they listed, all together.
-- displaced: Of them out of their place; and friends that were missing and are back at it, though X called them active.
-- new_on_top: New friends above all that were known.
-- new_below: New friends elsewhere.
-- in_place_share: Share of the known friends that stand in their place, from 0 to 1; null where none was listed.
-- new_on_top_share: Share of the new friends that stand on top, from 0 to 1; null where nobody is new.
-- health: sound, suspect (some friend was out of its place) or broken (this parent is read in full: its order is not to be relied on).
-- last_read_at: When the newest of these reads ended.
WITH reads AS (
  SELECT
    history.parent_id, history.parent_username, history.completed_at,
    page.list_order.compared AS compared, page.list_order.displaced AS displaced,
    page.list_order.new_on_top AS new_on_top, page.list_order.new_below AS new_below
  FROM ${dataset}.scrape_history AS history
  JOIN ${dataset}.completed_scrapes AS page
    ON page.dispatched_at = history.dispatched_at
    AND page.run_id = history.run_id
    AND page.parent_id = history.parent_id
    AND page.dispatch_id = history.dispatch_id
    AND page.fetch_id = history.fetch_id
  WHERE history.is_head AND history.chain_ended AND page.list_order IS NOT NULL
    AND history.dispatched_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 180 DAY)
    AND page.dispatched_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 180 DAY)
  -- A page that is stored twice is one read.
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY history.dispatched_at, history.run_id, history.parent_id, history.dispatch_id
    ORDER BY page.completed_at) = 1
),
named AS (
  SELECT
    reads.*,
    FIRST_VALUE(parent_username) OVER (PARTITION BY parent_id ORDER BY completed_at DESC, parent_username) AS newest_name
  FROM reads
),
summed AS (
  SELECT
    parent_id, newest_name,
    COUNT(*) AS read_count,
    SUM(compared) AS compared,
    SUM(displaced) AS displaced,
    SUM(new_on_top) AS new_on_top,
    SUM(new_below) AS new_below,
    MAX(compared) AS longest,
    COUNTIF(displaced > 0) AS displaced_reads,
    -- One odd friend must not cost months of full reads: each share needs some evidence.
    LOGICAL_OR(displaced >= 3 AND 1 - SAFE_DIVIDE(displaced, compared) < 0.99) AS is_out_of_order,
    MAX(completed_at) AS last_read_at
  FROM named
  GROUP BY parent_id, newest_name
)
SELECT
  parent_id,
  newest_name AS parent_username,
  read_count AS reads,
  compared, displaced, new_on_top, new_below,
  1 - SAFE_DIVIDE(displaced, compared) AS in_place_share,
  SAFE_DIVIDE(new_on_top, new_on_top + new_below) AS new_on_top_share,
  CASE
    WHEN is_out_of_order OR displaced_reads >= 3 THEN 'broken'
    WHEN new_below >= 3 + 0.015 * longest AND SAFE_DIVIDE(new_on_top, new_on_top + new_below) < 0.9 THEN 'broken'
    WHEN displaced > 0 THEN 'suspect'
    ELSE 'sound'
  END AS health,
  last_read_at
FROM summed
