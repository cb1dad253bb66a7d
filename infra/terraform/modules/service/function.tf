locals {
  uri = google_cloudfunctions2_function.this.service_config[0].uri
}

resource "google_cloudfunctions2_function" "this" {
  name        = var.name
  location    = var.platform.region
  description = var.service.description

  build_config {
    runtime         = "nodejs24"
    entry_point     = var.name
    service_account = var.platform.build_account

    # The bundle is built already, and its package.json has no script. Empty: none is looked for.
    # https://cloud.google.com/docs/buildpacks/nodejs#execute_custom_build_steps_during_deployment
    environment_variables = { GOOGLE_NODE_RUN_SCRIPTS = "" }

    source {
      storage_source {
        bucket = var.platform.bucket
        object = var.platform.bundle
      }
    }
  }

  service_config {
    available_memory                 = var.service.memory
    available_cpu                    = "1" # the least that Cloud Run allows with a concurrency above 1
    timeout_seconds                  = var.platform.time_limits.functionSeconds
    min_instance_count               = 0
    max_instance_count               = var.service.maxInstances
    max_instance_request_concurrency = var.service.concurrency
    service_account_email            = google_service_account.this.email

    # Pub/Sub of the same project counts as internal: https://cloud.google.com/run/docs/securing/ingress
    ingress_settings = "ALLOW_INTERNAL_ONLY"

    # With the second, which Google sets otherwise by itself, each log line tells which execution wrote it.
    # https://cloud.google.com/run/docs/configuring/services/environment-variables#additional_reserved_environment_variables_when_deploying_functions
    environment_variables = merge(var.platform.environment, { LOG_EXECUTION_ID = "true" })

    secret_environment_variables {
      key        = "X_BEARER_TOKEN"
      project_id = var.platform.project_id
      secret     = var.platform.x_token.secret
      version    = var.platform.x_token.version
    }
  }

  # Cloud Run refuses a revision whose account may not read the secret.
  depends_on = [google_secret_manager_secret_iam_member.token]
}
