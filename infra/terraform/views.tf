module "first_views" {
  source     = "./modules/views"
  views      = local.first_views
  project_id = var.project_id
  dataset    = google_bigquery_dataset.dodo.dataset_id
  depends_on = [google_bigquery_table.tables]
}

module "second_views" {
  source     = "./modules/views"
  views      = local.second_views
  project_id = var.project_id
  dataset    = google_bigquery_dataset.dodo.dataset_id
  depends_on = [module.first_views]
}

module "third_views" {
  source     = "./modules/views"
  views      = local.third_views
  project_id = var.project_id
  dataset    = google_bigquery_dataset.dodo.dataset_id
  depends_on = [module.second_views]
}
