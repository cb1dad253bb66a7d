# The settings of the functions: those of shared/settings.json, which shared/config.ts reads too. What only the local
# stack sets is left out, and so is X_BEARER_TOKEN, which comes from Secret Manager.
locals {
  labels = { app = "dodo" }

  # The dataset as SQL names it: quoted part by part, since a project's id may hold what is no name in SQL (acme-12c1).
  dataset_in_sql = "`${var.project_id}`.`${var.dataset}`"

  # What var.settings may change.
  tunable = { for name, setting in local.settings : name => setting.default if setting.inCloud == "tunable" }

  # What follows from the rest of this configuration.
  computed = merge(
    { for name in keys(local.services) : "TOPIC_${upper(name)}" => name },
    {
      GOOGLE_CLOUD_PROJECT      = var.project_id
      BIGQUERY_DATASET          = var.dataset
      TOPIC_CHANGES             = "changes"
      DAILY_BUDGET_USD          = tostring(var.daily_budget_usd)
      MAX_RUN_COST_USD          = var.max_run_cost_usd == null ? "" : tostring(var.max_run_cost_usd)
      PARTITION_EXPIRATION_DAYS = var.partition_expiration_days == null ? "" : tostring(var.partition_expiration_days)
    },
  )

  # What the functions rely on as it is.
  fixed = { for name, setting in local.settings : name => setting.default if setting.inCloud == "default" }

  environment = merge(local.tunable, var.settings, local.fixed, local.computed)
}
