variable "name" {
  description = "Name of the service: of its function, of its topic and of its entry point in the bundle."
  type        = string
}

variable "service" {
  description = "What the service is: its entry in infra/services.json."
  type = object({
    description  = string
    ordered      = bool # it cannot be changed later: the subscription would be made anew
    maxInstances = number
    concurrency  = number # messages that one instance handles at the same time
    memory       = string
    reads        = set(string) # tables, and views
    appends      = set(string) # tables
    publishes    = set(string) # topics, by the service that reads them; `changes` is for others
  })
}

variable "topics" {
  description = "Topic ids, by the name of the service that reads them; `changes` is for others."
  type        = map(string)
}

variable "platform" {
  description = "What all services share; made in services.tf of the root module."
  type = object({
    project_id     = string
    region         = string
    bucket         = string
    bundle         = string
    build_account  = string
    push_account   = object({ email = string, member = string })
    x_token        = object({ secret = string, version = string })
    environment    = map(string)
    time_limits    = object({ functionSeconds = number, ackDeadlineSeconds = number })
    labels         = map(string)
    retention_days = number
    dataset        = string
    tables         = map(string)
    appender_role  = string
    alert_channels = list(string)
  })
}

variable "oldest_message_alert_seconds" {
  description = "Age of the oldest message that is not handled yet at which somebody is told."
  type        = number
  default     = 3600
}
