# The whole project, with made-up answers of Google: terraform test
mock_provider "google" {
  source = "./tests/google"
}
mock_provider "archive" {}

variables {
  project_id       = "test-project"
  region           = "europe-west1"
  daily_budget_usd = 12.5
  alert_emails     = ["team@example.com"]
  jobs = [
    { name = "weekly", schedule = "0 3 * * 1", parents = ["nasa", "BBCWorld"], page_size = 500, max_cost_usd = 2.5 },
    { name = "daily", schedule = "0 4 * * *", time_zone = "Europe/Berlin", parents = ["nasa"] },
  ]
}

run "makes_everything" {
  assert {
    condition     = keys(output.topics) == ["changes", "getmetadata", "getpage", "pagedispatch"] && output.dataset == "test-project.dodo"
    error_message = "Three services, the topic for others, and a dataset."
  }
  assert {
    condition     = alltrue([for table in google_bigquery_table.tables : table.deletion_protection])
    error_message = "Tables are protected unless the operator says otherwise."
  }
  assert {
    condition     = alltrue([for table in google_bigquery_table.tables : alltrue([for partitioning in table.time_partitioning : partitioning.expiration_ms == 0])])
    error_message = "History is kept, and an expiration that was set before is ended."
  }
  assert {
    condition     = length(setintersection(local.first_views, local.second_views)) == 0 && length(concat(local.first_views, local.second_views, local.third_views, local.fourth_views)) == length(local.view_sql)
    error_message = "Each view is made once."
  }
}

run "publishes_dispatch_requests" {
  command = plan

  assert {
    condition     = jsondecode(base64decode(google_cloud_scheduler_job.dispatches["weekly"].pubsub_target[0].data)) == { job = { name = "weekly" }, parents = ["nasa", "BBCWorld"], pageSize = 500, maxCostUsd = 2.5 }
    error_message = "A DispatchRequest with what the job sets."
  }
  assert {
    condition     = keys(jsondecode(base64decode(google_cloud_scheduler_job.dispatches["daily"].pubsub_target[0].data))) == ["job", "parents"]
    error_message = "What is not set is left out; null would be rejected."
  }
  assert {
    condition     = google_cloud_scheduler_job.dispatches["daily"].pubsub_target[0].attributes.origin == "cloud-scheduler"
    error_message = "pagedispatch must know that the scheduler asks."
  }
}

run "refuses_an_unknown_setting" {
  command = plan

  variables {
    settings = { PAGESIZE = "500" }
  }

  expect_failures = [var.settings]
}

run "refuses_what_is_no_username" {
  command = plan

  variables {
    jobs = [{ name = "weekly", schedule = "0 3 * * 1", parents = ["@nasa"] }]
  }

  expect_failures = [var.jobs]
}

run "refuses_a_depth_of_what_is_no_check" {
  command = plan

  variables {
    jobs = [{ name = "weekly", schedule = "0 3 * * 1", parents = ["nasa"], max_depth = 1000 }]
  }

  expect_failures = [var.jobs]
}

run "refuses_a_mode_that_is_none" {
  command = plan

  variables {
    jobs = [{ name = "weekly", schedule = "0 3 * * 1", parents = ["nasa"], mode = "checks" }]
  }

  expect_failures = [var.jobs]
}

run "lets_subscribe_whom_the_operator_names" {
  command = plan

  variables {
    changes_subscribers = ["serviceAccount:bot@other-project.iam.gserviceaccount.com"]
  }

  assert {
    condition     = [for member in google_pubsub_topic_iam_member.subscribers : "${member.role} ${member.member}"] == ["roles/pubsub.subscriber serviceAccount:bot@other-project.iam.gserviceaccount.com"]
    error_message = "Whoever is named may subscribe, and nobody else."
  }
}

run "refuses_a_subscriber_of_no_kind" {
  command = plan

  variables {
    changes_subscribers = ["bot@other-project.iam.gserviceaccount.com"]
  }

  expect_failures = [var.changes_subscribers]
}

run "refuses_two_jobs_of_one_name" {
  command = plan

  variables {
    jobs = [
      { name = "weekly", schedule = "0 3 * * 1", parents = ["nasa"] },
      { name = "weekly", schedule = "0 4 * * 1", parents = ["esa"] },
    ]
  }

  expect_failures = [var.jobs]
}

run "keeps_its_place_when_the_region_changes" {
  variables {
    region = "us-east1"
  }

  assert {
    condition     = google_bigquery_dataset.dodo.location == "europe-west1" && google_cloud_scheduler_job.dispatches["weekly"].region == "us-east1"
    error_message = "The data stays where it is."
  }
}

run "says_that_a_dataset_cannot_be_moved" {
  command = plan

  variables {
    dataset_location = "US"
  }

  expect_failures = [google_bigquery_dataset.dodo]
}

run "refuses_a_budget_that_the_functions_would_refuse" {
  command = plan

  variables {
    daily_budget_usd = 0.0000001
  }

  expect_failures = [var.daily_budget_usd]
}

run "refuses_to_forget_what_messages_still_ask_for" {
  command = plan

  variables {
    partition_expiration_days = 31
  }

  expect_failures = [var.partition_expiration_days]
}
