# The run history. The files firestore.rules and firestore.indexes.json are those of Firebase's own tools.

resource "google_firestore_database" "runs" {
  project                           = var.project
  name                              = local.names.database
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_DISABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"
  # Whoever removes the deployment keeps the history.
  deletion_policy = "ABANDON"

  depends_on = [google_project_service.api]
}

locals {
  field_overrides = {
    for field in jsondecode(file("${path.module}/../../../../firestore.indexes.json")).fieldOverrides :
    "${field.collectionGroup}.${field.fieldPath}" => field
  }
}

# Large fields without an index, and times after which Google deletes a document.
resource "google_firestore_field" "field" {
  for_each = local.field_overrides

  project    = var.project
  database   = google_firestore_database.runs.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # The database stays when the deployment is removed, and so do its indexes, and the ends of what expires.
  deletion_policy = "ABANDON"

  # Without an entry: no index.
  index_config {}

  dynamic "ttl_config" {
    for_each = lookup(each.value, "ttl", false) ? [true] : []

    content {}
  }
}

# Whoever comes with a Firebase token, or none, gets nothing. IAM identities are not bound by rules.
resource "google_firebaserules_ruleset" "firestore" {
  project         = var.project
  deletion_policy = "ABANDON"

  source {
    files {
      name    = "firestore.rules"
      content = file("${path.module}/../../../../firestore.rules")
    }
  }

  depends_on = [google_firestore_database.runs]
}

resource "google_firebaserules_release" "firestore" {
  project      = var.project
  name         = "cloud.firestore/${google_firestore_database.runs.name}"
  ruleset_name = google_firebaserules_ruleset.firestore.name
  # Not abandoned, as all else of the database: new rules replace the release, whose name would still be taken. A database without
  # a release lets nobody in either, who comes with a Firebase token or none.
}

# The settings that clients read before anything else, written when all the rest is there.
resource "google_firestore_document" "settings" {
  project     = var.project
  database    = google_firestore_database.runs.name
  collection  = "deployment"
  document_id = "settings"
  # Keys are sorted by jsonencode, as Firestore returns them.
  fields = jsonencode({
    v            = { integerValue = "1" }
    region       = { stringValue = var.region }
    version      = { stringValue = var.functions_version }
    oldestClient = { stringValue = var.oldest_client }
    buckets      = { mapValue = { fields = { for kind in ["results", "live"] : kind => { stringValue = local.names.buckets[kind] } } } }
    topics       = { mapValue = { fields = { for topic, id in local.names.topics : topic => { stringValue = id } } } }
  })

  depends_on = [
    google_cloud_scheduler_job.tick,
    google_compute_firewall.iap,
    google_compute_router_nat.nat,
    google_firebaserules_release.firestore,
    google_firestore_field.field,
    google_project_iam_member.database,
    google_project_iam_member.project,
    google_project_iam_member.secrets,
    google_pubsub_subscription.push,
    google_pubsub_subscription_iam_member.dead_letters,
    google_pubsub_subscription_iam_member.forwards,
    google_pubsub_topic_iam_member.forwards,
    google_pubsub_topic_iam_member.topic,
    google_service_account_iam_member.account,
    google_service_account_iam_member.push_tokens,
    google_storage_bucket_iam_member.live,
    google_storage_bucket_iam_member.results,
  ]
}
