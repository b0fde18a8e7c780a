# Two buckets. What is written once lies in the first; what is overwritten again and again lies in the second, as soft delete would
# bill every replaced byte for a week more.

resource "google_storage_bucket" "results" {
  project                     = var.project
  name                        = local.names.buckets.results
  location                    = upper(var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = local.labels
  # Whoever removes the deployment keeps the results.
  deletion_policy = "ABANDON"

  # Nothing is deleted by age: a run is kept until its project or its user says otherwise.
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket" "live" {
  project                     = var.project
  name                        = local.names.buckets.live
  location                    = upper(var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = false
  labels                      = local.labels
  deletion_policy             = "ABANDON"

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }

    condition {
      age = module.plan.live_days
    }
  }

  # An upload in parts that never ended would be billed for ever.
  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }

    condition {
      age = 7
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_storage_bucket_iam_member" "results" {
  for_each = local.bindings.results

  bucket = google_storage_bucket.results.name
  role   = local.roles[each.value.role]
  member = each.value.member

  depends_on = [google_service_account.identity]
}

resource "google_storage_bucket_iam_member" "live" {
  for_each = local.bindings.live

  bucket = google_storage_bucket.live.name
  role   = local.roles[each.value.role]
  member = each.value.member

  depends_on = [google_service_account.identity]
}
