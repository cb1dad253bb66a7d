locals {
  apis = toset([
    "artifactregistry.googleapis.com", # the images of the functions
    "bigquery.googleapis.com",
    "cloudbuild.googleapis.com", # builds the functions
    "cloudfunctions.googleapis.com",
    "cloudresourcemanager.googleapis.com", # the project's own rights are read there
    "cloudscheduler.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com", # 2nd gen functions run there
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ])
}

resource "google_project_service" "apis" {
  for_each = local.apis

  project = var.project_id
  service = each.value

  # Something else in the project may use it, and without its API the data that is kept could not be read.
  disable_on_destroy = false
}
