locals {
  # Of the three, and the one for others; for those that publish to them.
  topics = {
    pagedispatch = module.pagedispatch.topic
    getpage      = module.getpage.topic
    getmetadata  = module.getmetadata.topic
    changes      = google_pubsub_topic.changes.id
  }

  # Whoever reads a view needs to read all that it reads: https://cloud.google.com/bigquery/docs/views#view_permissions
  views = merge(module.first_views.views, module.second_views.views, module.third_views.views, module.fourth_views.views)

  # What every service is given alike.
  platform = {
    project_id    = var.project_id
    region        = var.region
    bucket        = google_storage_bucket.source.name
    bundle        = google_storage_bucket_object.bundle.name
    build_account = google_service_account.build.id
    push_account  = google_service_account.push
    x_token       = { secret = google_secret_manager_secret.x_bearer_token.secret_id, version = var.x_token_version }
    environment   = local.environment
    time_limits   = local.time_limits
    labels        = local.labels
    # The longest that Pub/Sub allows: https://cloud.google.com/pubsub/docs/subscription-properties
    # A page that waits for X's limit or for credits must not be lost.
    retention_days = tonumber(local.environment.RETENTION_DAYS)
    dataset        = google_bigquery_dataset.dodo.dataset_id
    tables         = merge({ for name, table in google_bigquery_table.tables : name => table.table_id }, local.views)
    appender_role  = google_project_iam_custom_role.appender.name
    alert_channels = local.alert_channels
  }
}

# One account for the push, apart from those of the functions: it may call the three services and nothing else.
resource "google_service_account" "push" {
  account_id   = "dodo-push"
  display_name = "Pub/Sub's pushes to Dodo's functions"

  depends_on = [google_project_service.apis]
}

module "pagedispatch" {
  source   = "./modules/service"
  name     = "pagedispatch"
  service  = local.services.pagedispatch
  topics   = local.topics
  platform = local.platform

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}

module "getpage" {
  source   = "./modules/service"
  name     = "getpage"
  service  = local.services.getpage
  topics   = local.topics
  platform = local.platform

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}

module "getmetadata" {
  source   = "./modules/service"
  name     = "getmetadata"
  service  = local.services.getmetadata
  topics   = local.topics
  platform = local.platform

  depends_on = [google_project_service.apis, google_project_iam_member.build]
}
