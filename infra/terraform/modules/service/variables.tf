variable "name" {
  description = "Name of the service: of its function, of its topic and of its entry point in the bundle."
  type        = string
}

variable "description" {
  type = string
}

variable "platform" {
  description = "What all services share; made in services.tf of the root module."
  type = object({
    project_id      = string
    region          = string
    bucket          = string
    bundle          = string
    build_account   = string
    push_account    = object({ email = string, member = string })
    x_token_secret  = string
    environment     = map(string)
    timeout_seconds = number
    retention_days  = number
    dataset         = string
    tables          = map(string)
    appender_role   = string
    alert_channels  = list(string)
  })
}

variable "ordered" {
  description = "Whether messages of one ordering key are delivered in order, one at a time. It cannot be changed later: the subscription would be made anew."
  type        = bool
}

variable "max_instances" {
  type = number
}

variable "concurrency" {
  description = "Most messages that one instance handles at the same time."
  type        = number
}

variable "memory" {
  type = string
}

variable "publishes_to" {
  description = "Topic ids, by the name of the service that reads them."
  type        = map(string)
}

variable "reads" {
  description = "Tables that the service queries."
  type        = set(string)
}

variable "appends_to" {
  description = "Tables that the service appends rows to."
  type        = set(string)
}

variable "oldest_message_alert_seconds" {
  description = "Age of the oldest message that is not handled yet at which somebody is told."
  type        = number
  default     = 3600
}
