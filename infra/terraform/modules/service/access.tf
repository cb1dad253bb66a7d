# What the service's account may do, and the push account with it; the table in README.md says why.
resource "google_service_account" "this" {
  account_id   = "dodo-${var.name}"
  display_name = "Dodo's function ${var.name}"
}

resource "google_project_iam_member" "queries" {
  project = var.platform.project_id
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.this.member
}

# insertAll asks for bigquery.datasets.get:
# https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#required_permissions
resource "google_bigquery_dataset_iam_member" "sees" {
  dataset_id = var.platform.dataset
  role       = "roles/bigquery.metadataViewer"
  member     = google_service_account.this.member
}

resource "google_bigquery_table_iam_member" "reads" {
  for_each = var.service.reads

  dataset_id = var.platform.dataset
  table_id   = var.platform.tables[each.value]
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.this.member
}

resource "google_bigquery_table_iam_member" "appends" {
  for_each = var.service.appends

  dataset_id = var.platform.dataset
  table_id   = var.platform.tables[each.value]
  role       = var.platform.appender_role
  member     = google_service_account.this.member
}

resource "google_pubsub_topic_iam_member" "publishes" {
  for_each = var.service.publishes

  topic  = var.topics[each.value]
  role   = "roles/pubsub.publisher"
  member = google_service_account.this.member
}

resource "google_secret_manager_secret_iam_member" "token" {
  secret_id = var.platform.x_token.secret
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.this.member
}

resource "google_cloud_run_v2_service_iam_member" "push" {
  name     = google_cloudfunctions2_function.this.name
  location = google_cloudfunctions2_function.this.location
  role     = "roles/run.invoker"
  member   = var.platform.push_account.member

  # With a function that is made anew goes its service, and with the service who may call it. The id of a function
  # that is only changed stays known.
  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.this.id]
  }
}
