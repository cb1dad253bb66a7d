# What Google makes up, in the form that the provider checks wherever it is used again.
mock_resource "google_service_account" {
  defaults = {
    id     = "projects/test-project/serviceAccounts/dodo@test-project.iam.gserviceaccount.com"
    name   = "projects/test-project/serviceAccounts/dodo@test-project.iam.gserviceaccount.com"
    email  = "dodo@test-project.iam.gserviceaccount.com"
    member = "serviceAccount:dodo@test-project.iam.gserviceaccount.com"
  }
}

mock_resource "google_cloudfunctions2_function" {
  defaults = {
    id             = "projects/test-project/locations/europe-west1/functions/dodo"
    service_config = { uri = "https://service-abc.a.run.app" }
  }
}

mock_resource "google_pubsub_topic" {
  defaults = { id = "projects/test-project/topics/dodo" }
}

mock_resource "google_pubsub_subscription" {
  defaults = { id = "projects/test-project/subscriptions/dodo-push" }
}

mock_resource "google_project_iam_custom_role" {
  defaults = { name = "projects/test-project/roles/dodoAppender_12345678" }
}

mock_resource "google_monitoring_notification_channel" {
  defaults = { name = "projects/test-project/notificationChannels/12345678901234567890" }
}

mock_resource "google_bigquery_dataset" {
  defaults = { id = "projects/test-project/datasets/dodo" }
}
