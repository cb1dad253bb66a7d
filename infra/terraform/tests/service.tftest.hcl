# One service by itself: terraform test -filter=tests/service.tftest.hcl
mock_provider "google" {
  source = "./tests/google"
}

variables {
  name = "getpage"
  service = {
    description  = "Fetches pages."
    ordered      = true
    maxInstances = 1
    concurrency  = 40
    memory       = "1Gi"
    reads        = ["completed_scrapes"]
    appends      = ["completed_scrapes", "rejected_messages"]
    publishes    = ["getpage"]
  }
  topics = { getpage = "projects/test-project/topics/getpage" }
  platform = {
    project_id    = "test-project"
    region        = "europe-west1"
    bucket        = "test-project-dodo-source"
    bundle        = "bundle-1.zip"
    build_account = "projects/test-project/serviceAccounts/dodo-build@test-project.iam.gserviceaccount.com"
    push_account = {
      email  = "dodo-push@test-project.iam.gserviceaccount.com"
      member = "serviceAccount:dodo-push@test-project.iam.gserviceaccount.com"
    }
    x_token        = { secret = "dodo-x-bearer-token", version = "7" }
    labels         = { app = "dodo" }
    environment    = { GOOGLE_CLOUD_PROJECT = "test-project" }
    time_limits    = { functionSeconds = 540, ackDeadlineSeconds = 600 }
    retention_days = 31
    dataset        = "dodo"
    tables         = { completed_scrapes = "completed_scrapes", rejected_messages = "rejected_messages" }
    appender_role  = "projects/test-project/roles/dodoAppender"
    alert_channels = []
  }
}

run "pushes_to_the_function_with_a_token_for_its_root" {
  module { source = "./modules/service" }

  assert {
    condition     = google_pubsub_subscription.push.push_config[0].push_endpoint == "https://service-abc.a.run.app/projects/test-project/topics/getpage"
    error_message = "functions-framework takes the event's source from this path."
  }
  assert {
    condition     = google_pubsub_subscription.push.push_config[0].oidc_token[0].audience == "https://service-abc.a.run.app"
    error_message = "Cloud Run accepts a token for its root only."
  }
  assert {
    condition     = google_pubsub_subscription.push.push_config[0].oidc_token[0].service_account_email == var.platform.push_account.email
    error_message = "Pushes come from the push account."
  }
  assert {
    condition     = google_cloud_run_v2_service_iam_member.push.member == var.platform.push_account.member && google_cloud_run_v2_service_iam_member.push.role == "roles/run.invoker"
    error_message = "The push account, and nobody else, may call the function."
  }
}

run "waits_as_long_as_google_allows" {
  module { source = "./modules/service" }

  assert {
    condition     = google_pubsub_subscription.push.ack_deadline_seconds > google_cloudfunctions2_function.this.service_config[0].timeout_seconds
    error_message = "The function ends before its message is delivered again."
  }
  assert {
    condition     = google_pubsub_subscription.push.message_retention_duration == "2678400s" && google_pubsub_subscription.push.expiration_policy[0].ttl == ""
    error_message = "31 days, and the subscription itself never expires."
  }
  assert {
    condition     = length(google_pubsub_subscription.push.dead_letter_policy) == 0
    error_message = "Throttled is not failed: no delivery-attempt limit."
  }
}

run "may_do_what_it_needs" {
  module { source = "./modules/service" }

  assert {
    condition     = keys(google_bigquery_table_iam_member.reads) == ["completed_scrapes"] && keys(google_bigquery_table_iam_member.appends) == ["completed_scrapes", "rejected_messages"]
    error_message = "Each table is granted by itself."
  }
  assert {
    condition     = alltrue([for grant in google_bigquery_table_iam_member.appends : grant.role == var.platform.appender_role])
    error_message = "Appending needs no right to change or delete."
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].secret_environment_variables[0].key == "X_BEARER_TOKEN" && !contains(keys(google_cloudfunctions2_function.this.service_config[0].environment_variables), "X_BEARER_TOKEN")
    error_message = "The token comes from Secret Manager only."
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].secret_environment_variables[0].version == "7"
    error_message = "In the version that the deploy names."
  }
  assert {
    condition     = google_cloudfunctions2_function.this.service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "Nothing is public."
  }
}
