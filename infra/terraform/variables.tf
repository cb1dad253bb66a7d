variable "project_id" {
  description = "The Google Cloud project that everything is made in."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project's id (not its name or its number) consists of 6 to 30 lower-case letters, digits and hyphens."
  }
}

variable "region" {
  description = "Where functions, scheduler and source bucket are. One region: Pub/Sub keeps order within a region only."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region is named such as europe-west1; a multi-region such as EU is for dataset_location."
  }
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
  description = "Where the data is made, such as EU or US; null: in the region. The data stays there when either is changed."
  type        = string
  default     = null
}

variable "daily_budget_usd" {
  description = "Most that may be committed per UTC day over all runs. Each friend costs $0.010, so there is no default: the operator chooses."
  type        = number
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+([.][0-9]{1,6})?$", tostring(var.daily_budget_usd)))
    error_message = "A budget is an amount in US dollars, 0 or more, with at most 6 decimals."
  }
}

variable "max_run_cost_usd" {
  description = "Most that may be committed to one run; null: only the daily budget caps it."
  type        = number
  default     = null

  validation {
    condition     = var.max_run_cost_usd == null ? true : can(regex("^[0-9]+([.][0-9]{1,6})?$", tostring(var.max_run_cost_usd)))
    error_message = "A cap is an amount in US dollars, 0 or more, with at most 6 decimals."
  }
}

variable "settings" {
  description = "Other settings of the functions that shall differ from their defaults (SETTINGS.md), by their name, such as { LOG_LEVEL = \"debug\" }."
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

variable "changes_subscribers" {
  description = "Who may subscribe to the topic on which lists that have ended are announced, such as serviceAccount:bot@other-project.iam.gserviceaccount.com. Nobody, unless named."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for member in var.changes_subscribers : can(regex("^(user|group|serviceAccount|domain):", member))])
    error_message = "A member is named with its kind, such as serviceAccount:bot@other-project.iam.gserviceaccount.com; the whole world is none."
  }
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
    condition = var.partition_expiration_days == null ? true : (
      var.partition_expiration_days >= 62 && floor(var.partition_expiration_days) == var.partition_expiration_days
    )
    error_message = "At least 62 whole days: a page that waits up to 31 days is looked up in the partition of its dispatch."
  }
}

variable "x_token_version" {
  description = "Which version of the secret that holds X's token the functions take, as a number. `npm run deploy` names the newest one; latest: the newest one at each start of an instance, so that a new token waits for new instances."
  type        = string
  default     = "latest"

  validation {
    condition     = can(regex("^(latest|[0-9]+)$", var.x_token_version))
    error_message = "A version is a number, or latest."
  }
}

variable "bundle_dir" {
  description = "The staged bundle that `npm run stage` makes; null: .stage of the repository."
  type        = string
  default     = null
}
