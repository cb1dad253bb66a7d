resource "google_pubsub_topic" "this" {
  name = var.name
}

# A subscription of our own and not a trigger by Eventarc, which can neither order messages nor set the ack
# deadline. Google calls it the direct trigger: https://cloud.google.com/functions/docs/calling/pubsub
resource "google_pubsub_subscription" "push" {
  name  = "${var.name}-push"
  topic = google_pubsub_topic.this.id

  enable_message_ordering = var.service.ordered

  # The maximum, and for a push also how long Pub/Sub waits for the response; the function ends before.
  # https://cloud.google.com/pubsub/docs/subscription-properties#ack_deadline
  ack_deadline_seconds = var.platform.time_limits.ackDeadlineSeconds

  # Throttled is not failed. There is no dead-letter policy, hence no limit of delivery attempts: a message waits
  # for X's window, or for credits, as long as Google keeps it.
  message_retention_duration = "${var.platform.retention_days * 86400}s"

  # Without this policy a message that was refused would come back at once.
  # https://cloud.google.com/pubsub/docs/handling-failures#subscription_retry_policy
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # Never: by default a subscription that was idle for 31 days is deleted, and a yearly job is idle for longer.
  expiration_policy {
    ttl = ""
  }

  push_config {
    # functions-framework takes the event's source from this path:
    # https://github.com/GoogleCloudPlatform/functions-framework-nodejs/blob/main/src/pubsub_middleware.ts
    push_endpoint = "${local.uri}/projects/${var.platform.project_id}/topics/${google_pubsub_topic.this.name}"

    oidc_token {
      service_account_email = var.platform.push_account.email
      # Cloud Run accepts its root only; by default Pub/Sub would take the whole push endpoint.
      audience = local.uri
    }
  }
}
