module "first_views" {
  source     = "./modules/views"
  views      = local.first_views
  dataset    = google_bigquery_dataset.dodo.dataset_id
  in_sql     = local.dataset_in_sql
  depends_on = [google_bigquery_table.tables]
}

module "second_views" {
  source     = "./modules/views"
  views      = local.second_views
  dataset    = google_bigquery_dataset.dodo.dataset_id
  in_sql     = local.dataset_in_sql
  depends_on = [module.first_views]
}

module "third_views" {
  source     = "./modules/views"
  views      = local.third_views
  dataset    = google_bigquery_dataset.dodo.dataset_id
  in_sql     = local.dataset_in_sql
  depends_on = [module.second_views]
}

module "fourth_views" {
  source     = "./modules/views"
  views      = local.fourth_views
  dataset    = google_bigquery_dataset.dodo.dataset_id
  in_sql     = local.dataset_in_sql
  depends_on = [module.third_views]
}
