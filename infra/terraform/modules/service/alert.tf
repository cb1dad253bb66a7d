# https://cloud.google.com/pubsub/docs/monitoring#monitoring_the_backlog
resource "google_monitoring_alert_policy" "oldest_message" {
  display_name          = "Dodo: ${var.name} has messages that nobody handles"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = var.platform.alert_channels
  user_labels           = var.platform.labels

  conditions {
    display_name = "Oldest message of ${google_pubsub_subscription.push.name} older than ${var.oldest_message_alert_seconds} s"

    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${google_pubsub_subscription.push.name}\" AND metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
      comparison      = "COMPARISON_GT"
      threshold_value = var.oldest_message_alert_seconds
      duration        = "300s" # not for a single stray sample

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = <<-EOT
      The oldest message of `${google_pubsub_subscription.push.name}` waits for more than ${var.oldest_message_alert_seconds / 3600} h.

      In a run of more than 1,200 pages that is expected of getpage (X allows 300 calls in 15 minutes): `dodo status`
      tells what waits, for what and until when. Otherwise look at the function's log: a line `retry later` says why
      its message comes again, and another alert may have told it already (credits, credential).
      Messages are kept for ${var.platform.retention_days} days; nothing is lost before.
    EOT
  }
}
