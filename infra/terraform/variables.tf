variable "project_id" {
  description = "The Google Cloud project that everything is made in."
  type        = string
}

variable "region" {
  description = "Where functions, scheduler and source bucket are. One region: Pub/Sub keeps order within a region only."
  type        = string
}

variable "dataset" {
  description = "Name of the BigQuery dataset."
  type        = string
  default     = "dodo"

  validation {
    condition     = can(regex("^[A-Za-z0-9_]+$", var.dataset))
    error_message = "A dataset's name consists of letters, digits and underscores."
  }
}

variable "dataset_location" {
  description = "Where the data is, such as EU or US; null: in the region. It cannot be changed later."
  type        = string
  default     = null
}

variable "daily_budget_usd" {
  description = "Most that may be committed per UTC day over all runs. Each friend costs $0.010, so there is no default: the operator chooses."
  type        = number
  nullable    = false

  validation {
    condition     = var.daily_budget_usd >= 0
    error_message = "A budget is an amount in US dollars, 0 or more."
  }
}

variable "max_run_cost_usd" {
  description = "Most that may be committed to one run; null: only the daily budget caps it."
  type        = number
  default     = null

  validation {
    condition     = var.max_run_cost_usd == null ? true : var.max_run_cost_usd >= 0
    error_message = "A cap is an amount in US dollars, 0 or more."
  }
}

variable "settings" {
  description = "Other settings of the functions that shall differ from the defaults in environment.tf, by their name, such as { LOG_LEVEL = \"debug\" }."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.settings) : contains(keys(local.tunable), name)])
    error_message = "Unknown name. What can be set: ${join(", ", keys(local.tunable))}."
  }
}

variable "alert_emails" {
  description = "Who is told when something needs a person. No default: an alert that nobody gets is none."
  type        = list(string)
}

variable "deletion_protection" {
  description = "Whether Terraform refuses to delete the tables. `npm run destroy -- --with-data` turns it off."
  type        = bool
  default     = true
}

variable "partition_expiration_days" {
  description = "Days after which BigQuery drops a day of history; null: it is kept. Longer than the 31 days that a message may wait, or pages would be bought again."
  type        = number
  default     = null

  validation {
    condition     = var.partition_expiration_days == null ? true : var.partition_expiration_days >= 62
    error_message = "At least 62 days: a page that waits up to 31 days is looked up in the partition of its dispatch."
  }
}

variable "bundle_dir" {
  description = "The staged bundle that `npm run stage` makes; null: .stage of the repository."
  type        = string
  default     = null
}
