-- Fails when a dispatch of the last 31 days (as long as its messages can live) has stood still for a day.
SELECT
  IF(COUNT(*) = 0, 'none stalled', ERROR(CONCAT(CAST(COUNT(*) AS STRING), ' dispatches have stalled'))) AS result
FROM ${dataset}.dispatch_progress
WHERE state = 'stalled' AND dispatched_at >= TIMESTAMP_SUB(CURRENT_TIMESTAMP(), INTERVAL 31 DAY)
