# What this configuration shares with the code: files that both read.
locals {
  # What each service is, and why.
  services = jsondecode(file("${path.module}/../services.json"))

  # The settings of the functions, with their defaults.
  settings = jsondecode(file("${path.module}/../../shared/settings.json"))

  # A function is ended before Pub/Sub delivers its message again.
  time_limits = jsondecode(file("${path.module}/../../shared/time-limits.json"))

  tables = {
    for file in fileset("${path.module}/../bigquery/tables", "*.json") :
    trimsuffix(file, ".json") => jsondecode(file("${path.module}/../bigquery/tables/${file}"))
  }

  view_sql = {
    for file in fileset("${path.module}/../bigquery/views", "*.sql") :
    trimsuffix(file, ".sql") => file("${path.module}/../bigquery/views/${file}")
  }
}
