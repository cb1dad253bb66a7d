locals {
  day_ms = 24 * 60 * 60 * 1000
}

resource "google_bigquery_dataset" "dodo" {
  dataset_id                 = var.dataset
  location                   = coalesce(var.dataset_location, var.region)
  description                = "Whom chosen X accounts follow, run after run, and what changed."
  delete_contents_on_destroy = !var.deletion_protection

  lifecycle {
    # A dataset cannot be moved; it would be deleted and made anew. It stays where it is when the region changes.
    ignore_changes = [location]

    postcondition {
      condition     = var.dataset_location == null ? true : lower(self.location) == lower(var.dataset_location)
      error_message = "The dataset is in ${self.location} and cannot be moved: set dataset_location back, or see \"Moving\" in README.md."
    }
  }

  depends_on = [google_project_service.apis]
}

resource "google_bigquery_table" "tables" {
  for_each = local.tables

  dataset_id          = google_bigquery_dataset.dodo.dataset_id
  table_id            = each.key
  description         = each.value.description
  schema              = jsonencode(each.value.schema)
  clustering          = try(each.value.clustering, null)
  deletion_protection = var.deletion_protection

  dynamic "time_partitioning" {
    for_each = try([each.value.timePartitioning], [])

    content {
      type  = time_partitioning.value.type
      field = time_partitioning.value.field
      # 0 and not null ends an expiration that was set before.
      expiration_ms = var.partition_expiration_days == null ? 0 : var.partition_expiration_days * local.day_ms
    }
  }
}

# Google keeps the id of a deleted role back for five weeks, so each deployment from nothing takes an id of its own:
# https://cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
resource "terraform_data" "deployment" {}

# Enough to append, and nothing to change or delete with; the predefined dataEditor may delete the table.
# https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#required_permissions
# An INSERT asks for updateData too, for tables.getData (of bigquery.dataViewer, which its service has for the tables
# that it reads) and for jobs.create: https://cloud.google.com/bigquery/docs/data-manipulation-language#permissions
resource "google_project_iam_custom_role" "appender" {
  role_id     = "dodoAppender_${substr(terraform_data.deployment.id, 0, 8)}"
  title       = "Dodo: append rows"
  description = "Appends rows to a BigQuery table."
  permissions = ["bigquery.tables.get", "bigquery.tables.updateData"]

  depends_on = [google_project_service.apis]
}
