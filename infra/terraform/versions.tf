terraform {
  # 1.9: a variable's validation may refer to other values, and `init` speaks JSON.
  required_version = ">= 1.9"

  required_providers {
    google = {
      source = "hashicorp/google"
      # Both 7.45 and 8.0 were seen to make the same requests, and plans that are empty the second time.
      version = ">= 7.45, < 9"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.7"
    }
  }
}

provider "google" {
  project = var.project_id
  region  = var.region

  # On everything that can have labels: what is ours, and what it costs.
  default_labels = local.labels
}
