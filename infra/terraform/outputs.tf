output "topics" {
  description = "Topics by service, a dispatch request goes to that of pagedispatch; and changes, to subscribe to."
  value       = local.topics
}

output "dataset" {
  description = "The warehouse: project.dataset."
  value       = "${var.project_id}.${google_bigquery_dataset.dodo.dataset_id}"
}

output "x_token_secret" {
  description = "The secret that holds the token of X; its version is added by hand."
  value       = google_secret_manager_secret.x_bearer_token.secret_id
}

output "jobs" {
  description = "Scheduled dispatches, with the message that each publishes."
  value       = local.dispatch_requests
}

output "appender_role" {
  description = "The role that may append rows to a table, for a service that is made by hand."
  value       = google_project_iam_custom_role.appender.name
}
