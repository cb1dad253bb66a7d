# A service can be applied alone: terraform apply -target=module.getmetadata
mock_provider "google" {
  source = "./tests/google"
}
mock_provider "archive" {}

variables {
  project_id       = "test-project"
  region           = "europe-west1"
  daily_budget_usd = 12.5
  alert_emails     = []
  jobs             = [{ name = "weekly", schedule = "0 3 * * 1", parents = ["nasa"] }]
}

run "takes_along_what_it_needs" {
  command = plan

  plan_options {
    target = [module.getmetadata]
  }

  assert {
    condition     = contains(keys(google_bigquery_table.tables), "account_metadata") && google_secret_manager_secret.x_bearer_token.secret_id == "dodo-x-bearer-token"
    error_message = "The tables and the token's secret come along."
  }
}
