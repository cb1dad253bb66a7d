resource "google_cloud_scheduler_job" "dispatches" {
  for_each = { for job in var.jobs : job.name => job }

  name        = "dodo-${each.key}"
  description = "Dispatches the run ${each.key} (${length(each.value.parents)} parents)."
  region      = var.region
  schedule    = each.value.schedule
  time_zone   = each.value.time_zone

  pubsub_target {
    topic_name = module.pagedispatch.topic
    data       = base64encode(jsonencode(local.dispatch_requests[each.key]))
    # By it pagedispatch looks every parent up anew, and takes two publishes of one time for one run: Cloud
    # Scheduler may publish twice.
    attributes = { origin = "cloud-scheduler" }
  }

  retry_config {
    retry_count = 3
  }

  # Not before all three have their subscriptions: what is published to a topic without one is gone.
  depends_on = [module.pagedispatch, module.getpage, module.getmetadata]
}
