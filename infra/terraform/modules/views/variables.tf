variable "views" {
  description = "Names of files in infra/bigquery/views, without .sql. They must not read one another."
  type        = list(string)
}

variable "dataset" {
  description = "Where the views are made."
  type        = string
}

variable "in_sql" {
  description = "How SQL names the dataset: project and dataset, quoted."
  type        = string
}
