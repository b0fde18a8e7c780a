# Secrets without a value: `mymlops-client secrets set NAME` stores it, so that no value is ever in Terraform's state.
resource "google_secret_manager_secret" "secret" {
  for_each = var.secrets

  project   = var.project
  secret_id = "${var.deployment}_${each.key}"
  labels    = local.labels
  # Whoever removes the deployment keeps the values.
  deletion_policy = "ABANDON"

  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }

  depends_on = [google_project_service.api]
}
