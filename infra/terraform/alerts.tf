# What the functions' logs say, as metrics to chart and as alerts. The alerts match the log itself and not the
# metrics: a metric that has just been made is unknown to alert policies for up to ten minutes, which breaks a
# first apply (https://github.com/hashicorp/terraform-provider-google/issues/11102).
locals {
  of_functions = "resource.type = \"cloud_run_revision\" AND resource.labels.service_name = (${join(" OR ", [for name in keys(local.services) : "\"${name}\""])})"

  # shared/log.ts, shared/errors.ts and functions/ write these lines.
  log_filters = {
    alerts   = "${local.of_functions} AND severity >= ERROR AND jsonPayload.alert = true"
    rejected = "${local.of_functions} AND jsonPayload.message = \"message rejected\""
    pages    = "${local.of_functions} AND jsonPayload.message = (\"page stored\" OR \"page unavailable\")"
  }

  alert_channels     = [for channel in google_monitoring_notification_channel.email : channel.name]
  notification_pause = "3600s"
  close_after        = "86400s"
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = "Dodo: ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }
  user_labels  = local.labels

  # An address that is taken out must first be taken out of the alerts: Google deletes no channel that one names.
  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.apis]
}

resource "google_logging_metric" "logged" {
  for_each = {
    alerts   = { field = "cause", meaning = "Lines that ask for a person, by cause." }
    rejected = { field = "topic", meaning = "Messages that no service could use, by topic." }
    pages    = { field = "outcome", meaning = "Pages completed, by outcome." }
  }

  name        = "dodo/${each.key}"
  description = each.value.meaning
  filter      = local.log_filters[each.key]

  label_extractors = { (each.value.field) = "EXTRACT(jsonPayload.${each.value.field})" }

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"

    labels {
      key        = each.value.field
      value_type = "STRING"
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_monitoring_alert_policy" "needs_a_person" {
  display_name          = "Dodo: a service needs a person"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.alert_channels
  user_labels           = local.labels

  conditions {
    display_name = "A log line with alert: true"

    condition_matched_log {
      filter = local.log_filters.alerts
      label_extractors = {
        cause   = "EXTRACT(jsonPayload.cause)"
        message = "EXTRACT(jsonPayload.message)"
      }
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
      `$${log.extracted_label.message}`

      - `credits-exhausted`, `spend-cap`, `usage-cap`: buy credits or raise the cap in X's developer console. Nothing is
        lost: the pages wait, and go on by themselves.
      - `credentials-refused`: X no longer accepts the token. Nothing is lost: the pages wait. Add a new token
        (`gcloud secrets versions add ${google_secret_manager_secret.x_bearer_token.secret_id} --project=${var.project_id} --data-file=-`), then
        `npm run deploy`, which gives the functions the newest version. (Deploying alone changes nothing: a function
        keeps the version that it was given. Where X accepts the old token again, the work goes on by itself.)
      - Otherwise the message says what X or BigQuery refused.
    EOT
  }
}

resource "google_monitoring_alert_policy" "rejected" {
  display_name          = "Dodo: a message was rejected"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.alert_channels
  user_labels           = local.labels

  conditions {
    display_name = "A message that no service could use"

    condition_matched_log {
      filter           = local.log_filters.rejected
      label_extractors = { topic = "EXTRACT(jsonPayload.topic)" }
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
    content   = "`dodo rejected` tells which messages and why, and can send one again."
  }
}
