# A dispatch that stands still for a day is a thing of the warehouse: no log line says that nothing happens, and
# the age of Pub/Sub's messages does not tell a stalled dispatch from one that waits its turn in a long run. So
# the view that defines `stalled` is asked. Cloud Scheduler, which is here anyway, sends the query to BigQuery
# once a day; the query fails on purpose when there is something to tell, BigQuery then answers with an error,
# Cloud Scheduler logs a failed attempt, and the alert matches that. A watch that cannot run alerts as well.
resource "google_service_account" "watch" {
  account_id   = "dodo-watch"
  display_name = "Asks once a day for stalled dispatches"

  depends_on = [google_project_service.apis]
}

resource "google_project_iam_member" "watch_queries" {
  project = var.project_id
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.watch.member
}

resource "google_bigquery_dataset_iam_member" "watch_reads" {
  dataset_id = google_bigquery_dataset.dodo.dataset_id
  role       = "roles/bigquery.dataViewer" # a view reads its tables in the name of who asks
  member     = google_service_account.watch.member
}

resource "google_cloud_scheduler_job" "watch_stalled" {
  name             = "dodo-watch-stalled"
  description      = "Fails when a dispatch has stood still for a day."
  region           = var.region
  schedule         = "0 6 * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "240s"

  http_target {
    http_method = "POST"
    uri         = "https://bigquery.googleapis.com/bigquery/v2/projects/${var.project_id}/queries"
    headers     = { "Content-Type" = "application/json" }

    # https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query
    body = base64encode(jsonencode({
      query        = templatefile("${path.module}/stalled.sql", { dataset = local.dataset_in_sql })
      useLegacySql = false
      labels       = local.labels
      location     = google_bigquery_dataset.dodo.location
      timeoutMs    = 180000 # an answer before the query has ended would not tell how it ended
    }))

    oauth_token {
      service_account_email = google_service_account.watch.email
    }
  }

  depends_on = [module.third_views]
}

resource "google_monitoring_alert_policy" "stalled" {
  display_name          = "Dodo: a dispatch has stalled"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.alert_channels
  user_labels           = local.labels

  conditions {
    display_name = "The daily watch failed"

    condition_matched_log {
      filter = "resource.type = \"cloud_scheduler_job\" AND resource.labels.job_id = \"${google_cloud_scheduler_job.watch_stalled.name}\" AND severity >= ERROR"
    }
  }

  alert_strategy {
    auto_close = local.close_after
    notification_rate_limit {
      period = local.notification_pause
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = <<-EOT
      At least one dispatch has no end and has not moved for 24 hours (or the watch itself could not run: see the log of
      the job `dodo-watch-stalled`).

      `dodo status` lists them, with what they wait for. `dodo republish --incomplete` publishes what is missing, and
      only that; it tells the cost first.
    EOT
  }
}
