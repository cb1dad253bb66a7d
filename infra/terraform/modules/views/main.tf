# The descriptions of the views and of their columns are set after the apply (infra/deploy/describe-views.ts):
# BigQuery takes those of columns only with the type of every column, which it knows better than a copy of it here
# would, and so what a view's file says of them is read by one program only.
resource "google_bigquery_table" "views" {
  for_each = toset(var.views)

  dataset_id          = var.dataset
  table_id            = each.value
  deletion_protection = false # a view holds no data

  view {
    query = templatefile("${path.module}/../../../bigquery/views/${each.value}.sql", {
      dataset = var.in_sql
    })
    use_legacy_sql = false
  }

  lifecycle {
    ignore_changes = [description]
  }
}
