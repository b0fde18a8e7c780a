# One of each resource that the stand-in knows, as a module.

terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

variable "name" {
  type = string
}

variable "location" {
  type = string
}

variable "text" {
  type = string
}

data "google_project" "this" {}

locals {
  project = data.google_project.this.project_id
  agent   = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  labels  = { deployment = var.name }
}

resource "google_project_service" "run" {
  for_each           = toset(["run.googleapis.com", "pubsub.googleapis.com"])
  service            = each.key
  disable_on_destroy = false
}

resource "google_service_account" "one" {
  account_id   = "${var.name}-account"
  display_name = "One"
}

resource "google_service_account_iam_member" "one" {
  service_account_id = google_service_account.one.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.one.member
}

resource "google_project_iam_custom_role" "one" {
  role_id     = "${var.name}.one"
  title       = "One"
  description = var.text
  permissions = ["datastore.entities.get", "datastore.entities.list", "datastore.databases.get"]
}

resource "google_project_iam_member" "one" {
  for_each = { user = "user:ada@example.com", account = google_service_account.one.member }
  project  = local.project
  role     = google_project_iam_custom_role.one.name
  member   = each.value
  condition {
    title      = "one-database"
    expression = "resource.type != \"firestore.googleapis.com/Database\" || resource.name == \"${google_firestore_database.one.id}\""
  }
}

resource "google_pubsub_topic" "one" {
  for_each                   = toset(["one", "dead"])
  name                       = "${var.name}-${each.key}"
  labels                     = local.labels
  message_retention_duration = "86400s"
}

resource "google_pubsub_topic_iam_member" "one" {
  topic  = google_pubsub_topic.one["dead"].name
  role   = "roles/pubsub.publisher"
  member = local.agent
}

resource "google_pubsub_subscription" "one" {
  name                       = "${var.name}-one"
  topic                      = google_pubsub_topic.one["one"].id
  labels                     = local.labels
  ack_deadline_seconds       = 600
  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.one["dead"].id
    max_delivery_attempts = 20
  }

  push_config {
    push_endpoint = "${google_cloudfunctions2_function.one.service_config[0].uri}/projects/${local.project}/topics/${google_pubsub_topic.one["one"].name}"
    oidc_token {
      service_account_email = google_service_account.one.email
      audience              = google_cloudfunctions2_function.one.service_config[0].uri
    }
  }
}

resource "google_pubsub_subscription_iam_member" "one" {
  subscription = google_pubsub_subscription.one.name
  role         = "roles/pubsub.subscriber"
  member       = local.agent
}

resource "google_firestore_database" "one" {
  name                    = "${var.name}-runs"
  location_id             = var.location
  type                    = "FIRESTORE_NATIVE"
  delete_protection_state = "DELETE_PROTECTION_DISABLED"
  deletion_policy         = "DELETE"
}

resource "google_firestore_field" "one" {
  database   = google_firestore_database.one.name
  collection = "events"
  field      = "expiresAt"

  ttl_config {}

  index_config {}
}

resource "google_firestore_index" "one" {
  database   = google_firestore_database.one.name
  collection = "runs"

  fields {
    field_path = "state"
    order      = "ASCENDING"
  }

  fields {
    field_path = "createdAt"
    order      = "DESCENDING"
  }
}

resource "google_firestore_document" "one" {
  database    = google_firestore_database.one.name
  collection  = "deployment"
  document_id = "settings"
  fields = jsonencode({
    text  = { stringValue = var.text }
    limit = { integerValue = "10" }
    list  = { arrayValue = { values = [{ stringValue = "a" }] } }
    none  = { nullValue = null }
  })
}

resource "google_firebaserules_ruleset" "one" {
  source {
    files {
      name    = "firestore.rules"
      content = "rules_version = '2';"
    }
  }
}

resource "google_firebaserules_release" "one" {
  name         = "cloud.firestore/${google_firestore_database.one.name}"
  ruleset_name = google_firebaserules_ruleset.one.name
}

resource "google_storage_bucket" "one" {
  for_each                    = { source = 604800, live = 0 }
  name                        = "${var.name}-${each.key}-abcdefgh"
  location                    = var.location
  labels                      = local.labels
  force_destroy               = true
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  soft_delete_policy {
    retention_duration_seconds = each.value
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 30
      matches_prefix = ["checkpoints/"]
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 7
    }
  }
}

resource "google_storage_bucket_iam_member" "one" {
  for_each = toset(["roles/storage.objectViewer", "roles/storage.objectCreator"])
  bucket   = google_storage_bucket.one["live"].name
  role     = each.key
  member   = google_service_account.one.member
  condition {
    title      = "runs"
    expression = "resource.name.startsWith(\"projects/_/buckets/${google_storage_bucket.one["live"].name}/objects/runs/\")"
  }
}

resource "google_storage_bucket_object" "one" {
  name    = "functions-${md5(var.text)}.zip"
  bucket  = google_storage_bucket.one["source"].name
  content = var.text
}

resource "google_artifact_registry_repository" "one" {
  repository_id = "${var.name}-functions"
  location      = var.location
  format        = "DOCKER"
  labels        = local.labels

  cleanup_policies {
    id     = "keep"
    action = "KEEP"
    most_recent_versions {
      keep_count = 2
    }
  }

  cleanup_policies {
    id     = "delete"
    action = "DELETE"
    condition {
      older_than = "86400s"
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "one" {
  repository = google_artifact_registry_repository.one.name
  location   = var.location
  role       = "roles/artifactregistry.writer"
  member     = google_service_account.one.member
}

resource "google_cloudfunctions2_function" "one" {
  name     = "${var.name}-one"
  location = var.location
  labels   = local.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = "one"
    service_account   = google_service_account.one.id
    docker_repository = google_artifact_registry_repository.one.id
    source {
      storage_source {
        bucket = google_storage_bucket.one["source"].name
        object = google_storage_bucket_object.one.name
      }
    }
  }

  service_config {
    available_memory                 = "512Mi"
    available_cpu                    = "1"
    timeout_seconds                  = 540
    max_instance_count               = 10
    max_instance_request_concurrency = 1
    ingress_settings                 = "ALLOW_INTERNAL_ONLY"
    service_account_email            = google_service_account.one.email
    environment_variables            = { LOG_EXECUTION_ID = "true", DEPLOYMENT = var.name, SECRET_PREFIX = google_secret_manager_secret.one.name }
  }
}

resource "google_cloud_run_service_iam_member" "one" {
  location = google_cloudfunctions2_function.one.location
  service  = google_cloudfunctions2_function.one.name
  role     = "roles/run.invoker"
  member   = google_service_account.one.member
}

resource "google_cloud_scheduler_job" "one" {
  name     = "${var.name}-sweep"
  region   = var.location
  schedule = "* * * * *"

  pubsub_target {
    topic_name = google_pubsub_topic.one["one"].id
    data       = base64encode("{}")
  }
}

resource "google_secret_manager_secret" "one" {
  secret_id = "${var.name}_ONE"
  labels    = local.labels
  replication {
    user_managed {
      replicas {
        location = var.location
      }
    }
  }
}

resource "google_compute_network" "one" {
  name                    = "${var.name}-network"
  auto_create_subnetworks = true
}

resource "google_compute_firewall" "one" {
  name          = "${var.name}-iap"
  network       = google_compute_network.one.id
  source_ranges = ["35.235.240.0/20"]
  target_tags   = [var.name]
  allow {
    protocol = "tcp"
    ports    = ["22", "8000-9000"]
  }
}

resource "google_compute_router" "one" {
  name    = "${var.name}-router"
  region  = "europe-west1"
  network = google_compute_network.one.id
}

resource "google_compute_router_nat" "one" {
  name                               = "${var.name}-nat"
  router                             = google_compute_router.one.name
  region                             = google_compute_router.one.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}

resource "google_monitoring_notification_channel" "one" {
  display_name = var.name
  type         = "email"
  labels       = { email_address = "ada@example.com" }
}

resource "google_monitoring_alert_policy" "one" {
  display_name          = "${var.name}: the sweep does not run"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.one.name]

  conditions {
    display_name = "fewer than one successful call in ten minutes"
    condition_threshold {
      filter                  = "resource.type = \"cloud_run_revision\" AND metric.type = \"run.googleapis.com/request_count\""
      comparison              = "COMPARISON_LT"
      threshold_value         = 1
      duration                = "0s"
      evaluation_missing_data = "EVALUATION_MISSING_DATA_ACTIVE"
      aggregations {
        alignment_period   = "600s"
        per_series_aligner = "ALIGN_SUM"
      }
    }
  }

  documentation {
    content = "Run doctor."
  }
}

output "uri" {
  value = google_cloudfunctions2_function.one.service_config[0].uri
}

output "project_number" {
  value = data.google_project.this.number
}
