# The settings of the functions: exactly those of shared/config.ts (test/terraform compares the names and the
# defaults), without what only the local stack sets and without X_BEARER_TOKEN, which comes from Secret Manager.
locals {
  # Shorter than the ack deadline of 600 s: a function is ended before Pub/Sub delivers the message again.
  # 540 s: https://cloud.google.com/functions/docs/configuring/timeout
  timeout_seconds = 540
  # How long after its delivery a message may still turn to X. With what follows then it ends before its function is
  # ended: shared/time-limits.ts checks the sum of the deadlines.
  handling_seconds = 230

  # The longest that Pub/Sub allows: https://cloud.google.com/pubsub/docs/subscription-properties
  # A page that waits for X's limit or for credits must not be lost.
  retention_days = 31

  # What var.settings may change.
  tunable = {
    X_API_BASE_URL       = "https://api.x.com"
    X_CALLS_PER_WINDOW   = "300"
    X_WINDOW_SECONDS     = "900"
    X_DEADLINE_MS        = "30000"
    BIGQUERY_DEADLINE_MS = "30000"
    PUBSUB_DEADLINE_MS   = "30000"
    PAGE_SIZE            = "1000"
    PRICE_PER_FRIEND_USD = "0.010"
    PRICE_PER_USER_USD   = "0.010"
    LOG_LEVEL            = "info"
  }

  # What follows from the rest of this configuration.
  settled = {
    GOOGLE_CLOUD_PROJECT = var.project_id
    BIGQUERY_DATASET     = var.dataset
    TOPIC_PAGEDISPATCH   = "pagedispatch"
    TOPIC_GETPAGE        = "getpage"
    TOPIC_GETMETADATA    = "getmetadata"
    HANDLER_DEADLINE_MS  = tostring(local.handling_seconds * 1000)
    RETENTION_DAYS       = tostring(local.retention_days)
    DAILY_BUDGET_USD     = tostring(var.daily_budget_usd)
    MAX_RUN_COST_USD     = var.max_run_cost_usd == null ? "" : tostring(var.max_run_cost_usd)
  }

  environment = merge(local.tunable, var.settings, local.settled)
}
