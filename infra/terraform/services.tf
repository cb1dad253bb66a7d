# One account for the push, apart from those of the functions: it may call the three services and nothing else.
resource "google_service_account" "push" {
  account_id   = "dodo-push"
  display_name = "Pub/Sub's pushes to Dodo's functions"

  depends_on = [google_project_service.apis]
}

locals {
  # What every service is given alike; its own settings stand in its module call below.
  platform = {
    project_id      = var.project_id
    region          = var.region
    bucket          = google_storage_bucket.source.name
    bundle          = google_storage_bucket_object.bundle.name
    build_account   = google_service_account.build.id
    push_account    = google_service_account.push
    x_token_secret  = google_secret_manager_secret.x_bearer_token.secret_id
    environment     = local.environment
    timeout_seconds = local.timeout_seconds
    retention_days  = local.retention_days
    dataset         = google_bigquery_dataset.dodo.dataset_id
    tables          = { for name, table in google_bigquery_table.tables : name => table.table_id }
    appender_role   = google_project_iam_custom_role.appender.name
    alert_channels  = local.alert_channels
  }
}

module "pagedispatch" {
  source      = "./modules/service"
  name        = "pagedispatch"
  description = "Plans runs: one message per page of each parent."
  platform    = local.platform

  # Caps are checked by one planner at a time. Chunks share the ordering key `plan`, of which Pub/Sub has one
  # message outstanding (https://cloud.google.com/pubsub/docs/ordering), and there is one instance.
  ordered       = true
  max_instances = 1
  # Planning waits its turn inside the instance, so a few more requests only get split into chunks meanwhile:
  # with 1, Cloud Run would refuse a new request for as long as a chunk is planned. Not many: a request may have
  # 100,000 parents.
  concurrency = 4
  memory      = "512Mi"

  # To itself: a request that is no chunk comes back as chunks.
  publishes_to = {
    pagedispatch = module.pagedispatch.topic
    getpage      = module.getpage.topic
    getmetadata  = module.getmetadata.topic
  }
  reads      = ["completed_scrapes", "dispatches"]
  appends_to = ["account_metadata", "dispatches", "rejected_messages"]

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}

module "getpage" {
  source      = "./modules/service"
  name        = "getpage"
  description = "Fetches one page of an account's friends from X and stores it."
  platform    = local.platform

  # X hands out the token of page N+1 in page N's answer: the pages of one parent are a chain.
  ordered = true
  # X's limit (300 calls in 15 minutes) is the bottleneck, and one instance makes that easily. It paces its calls
  # by one gate; several instances would each think that the whole window is theirs.
  max_instances = 1
  # So many parents side by side that X's latency does not matter; more would only wait at the gate.
  concurrency = 40
  # 40 pages of 1,000 friends, as X's JSON and as rows.
  memory = "1Gi"

  # To itself: a list that is longer than planned goes on.
  publishes_to = { getpage = module.getpage.topic }
  reads        = ["completed_scrapes"]
  appends_to   = ["completed_scrapes", "rejected_messages"]

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}

module "getmetadata" {
  source      = "./modules/service"
  name        = "getmetadata"
  description = "Looks up accounts on X: grandparents and friends that vanished."
  platform    = local.platform

  # No account waits for another.
  ordered = false
  # As for getpage: X's limit is the bottleneck, and one gate paces the calls.
  max_instances = 1
  # Requests that arrive together share one call to X.
  concurrency = 40
  memory      = "512Mi"

  publishes_to = {}
  reads        = ["account_metadata"]
  appends_to   = ["account_metadata", "rejected_messages"]

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}
