variable "views" {
  description = "Names of files in infra/bigquery/views, without .sql. They must not read one another."
  type        = list(string)
}

variable "project_id" {
  type = string
}

variable "dataset" {
  type = string
}
