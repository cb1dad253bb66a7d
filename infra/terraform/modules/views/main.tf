# The descriptions of the columns are set after the apply (infra/deploy/describe-views.ts): BigQuery takes them
# only with the type of every column, which it knows better than a copy of it here would.
resource "google_bigquery_table" "views" {
  for_each = toset(var.views)

  dataset_id          = var.dataset
  table_id            = each.value
  description         = local.descriptions[each.value]
  deletion_protection = false # a view holds no data

  view {
    query          = templatefile("${local.folder}/${each.value}.sql", { dataset = "${var.project_id}.${var.dataset}" })
    use_legacy_sql = false
  }
}
