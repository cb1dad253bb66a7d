# The bearer token of X. Terraform makes the secret and never its version: what Terraform knows stands in its
# state. The token is added by hand, and a newer one the same way (README.md says how).
resource "google_secret_manager_secret" "x_bearer_token" {
  secret_id = "dodo-x-bearer-token"

  replication {
    auto {}
  }

  depends_on = [google_project_service.apis]
}
