# Where lists that have ended are announced, for others: DESIGN.md, R31. Without a subscription Pub/Sub drops what is
# published, and no service of Dodo reads it.
resource "google_pubsub_topic" "changes" {
  name = "changes"

  depends_on = [google_project_service.apis]
}

# To subscribe to a topic, and to nothing else: https://cloud.google.com/pubsub/docs/access-control
resource "google_pubsub_topic_iam_member" "subscribers" {
  for_each = toset(var.changes_subscribers)

  topic  = google_pubsub_topic.changes.id
  role   = "roles/pubsub.subscriber"
  member = each.value
}
