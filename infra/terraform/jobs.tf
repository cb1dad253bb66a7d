variable "jobs" {
  description = "What is scraped when: a dispatch request each, published by Cloud Scheduler."
  type = list(object({
    name         = string
    schedule     = string                      # cron: https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
    time_zone    = optional(string, "Etc/UTC") # tz database
    parents      = list(string)                # usernames
    page_size    = optional(number)            # friends per page; none: the setting PAGE_SIZE
    max_cost_usd = optional(number)            # most that may be committed to one run
    mode         = optional(string)            # full, or check: pay only for what changed; none: full
    # Of checks: days after which a list is read in full; none: 30
    keyframe_days = optional(number)
    # Of checks: friends down to which a list is searched for somebody that is gone; none: to its end
    max_depth = optional(number)
  }))
  default = []

  validation {
    condition     = length(distinct([for job in var.jobs : job.name])) == length(var.jobs)
    error_message = "Two jobs have one name; the run id is made from the name and the time."
  }
  validation {
    condition     = alltrue([for job in var.jobs : can(regex("^[A-Za-z0-9_-]{1,200}$", job.name))])
    error_message = "A job's name consists of letters, digits, - and _."
  }
  validation {
    condition = alltrue(flatten([
      for job in var.jobs : [for parent in job.parents : can(regex("^[A-Za-z0-9_]{1,15}$", parent))]
    ]))
    error_message = "Parents are usernames of X, without @: 1 to 15 letters, digits and underscores."
  }
  validation {
    condition     = alltrue([for job in var.jobs : length(job.parents) >= 1 && length(job.parents) <= 50000])
    error_message = "1 to 50,000 parents a job: Cloud Scheduler publishes no more than 1 MB."
  }
  validation {
    condition = alltrue([
      for job in var.jobs : job.page_size == null ? true : job.page_size >= 1 && job.page_size <= 1000 && floor(job.page_size) == job.page_size
    ])
    error_message = "X gives 1 to 1000 friends a page."
  }
  validation {
    condition     = alltrue([for job in var.jobs : job.max_cost_usd == null ? true : job.max_cost_usd >= 0])
    error_message = "A cap is an amount in US dollars, 0 or more."
  }
  validation {
    condition     = alltrue([for job in var.jobs : job.mode == null ? true : contains(["full", "check"], job.mode)])
    error_message = "A job's mode is full or check."
  }
  validation {
    condition = alltrue([
      for job in var.jobs : job.mode == "check" || (job.keyframe_days == null && job.max_depth == null)
    ])
    error_message = "keyframe_days and max_depth are of checks: they need mode = \"check\"."
  }
  validation {
    condition = alltrue([
      for job in var.jobs : job.keyframe_days == null ? true : job.keyframe_days >= 1 && job.keyframe_days <= 366 && floor(job.keyframe_days) == job.keyframe_days
    ])
    error_message = "keyframe_days is a whole number from 1 to 366."
  }
  validation {
    condition = alltrue([
      for job in var.jobs : job.max_depth == null ? true : job.max_depth >= 1 && job.max_depth <= 100000 && floor(job.max_depth) == job.max_depth
    ])
    error_message = "max_depth is a whole number of friends from 1 to 100,000."
  }
}

locals {
  # As shared/messages/dispatch-request.ts wants it. What is not set is left out.
  dispatch_requests = {
    for job in var.jobs : job.name => merge(
      { job = { name = job.name }, parents = job.parents },
      { for field, value in { pageSize = job.page_size, maxCostUsd = job.max_cost_usd } : field => value if value != null },
      { for field, value in { mode = job.mode } : field => value if value != null },
      { for field, value in { keyframeDays = job.keyframe_days, maxDepth = job.max_depth } : field => value if value != null },
    )
  }
}
