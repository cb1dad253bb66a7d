output "views" {
  description = "The views by name, for those that may read them."
  value       = { for name, view in google_bigquery_table.views : name => view.table_id }
}
