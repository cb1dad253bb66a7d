# One bundle for the three functions: each is told by its entry point which service it runs.
data "archive_file" "bundle" {
  type        = "zip"
  source_dir  = coalesce(var.bundle_dir, "${path.module}/../../.stage")
  output_path = "${path.module}/.terraform/dodo-bundle.zip"

  # Whatever the umask of who stages it: else the same bundle would have another name on another machine.
  output_file_mode = "0644"
}

resource "google_storage_bucket" "source" {
  name                        = "${var.project_id}-dodo-source"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # it holds nothing that `npm run stage` cannot make again

  depends_on = [google_project_service.apis]
}

resource "google_storage_bucket_object" "bundle" {
  # Named by its content: a function is built again when, and only when, the bundle has changed.
  name   = "bundle-${data.archive_file.bundle.output_md5}.zip"
  bucket = google_storage_bucket.source.name
  source = data.archive_file.bundle.output_path
}

# In new projects the default account of Cloud Build may do nothing:
# https://cloud.google.com/functions/docs/securing/build-custom-sa
resource "google_service_account" "build" {
  account_id   = "dodo-build"
  display_name = "Builds Dodo's functions"

  depends_on = [google_project_service.apis]
}

resource "google_project_iam_member" "build" {
  for_each = toset([
    "roles/artifactregistry.writer", # stores the image
    "roles/logging.logWriter",       # writes the build's log
    "roles/storage.objectViewer",    # reads the source, from a bucket that Cloud Functions makes
  ])

  project = var.project_id
  role    = each.value
  member  = google_service_account.build.member
}
