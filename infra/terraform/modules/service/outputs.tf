output "topic" {
  description = "Id of the topic that the service reads."
  value       = google_pubsub_topic.this.id
}

output "uri" {
  description = "Where the function answers Pub/Sub, and nobody else."
  value       = local.uri
}

output "service_account" {
  description = "What the function runs as."
  value       = google_service_account.this.email
}
