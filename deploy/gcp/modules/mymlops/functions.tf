# The three functions, of one zip: they differ by entry point, account and size.

# Google keeps an image for each version of a function: the two newest are enough to go back.
resource "google_artifact_registry_repository" "functions" {
  project       = var.project
  location      = var.region
  repository_id = local.names.repository
  format        = "DOCKER"
  description   = "Images of the functions of mymlops ${var.deployment}"
  labels        = local.labels

  cleanup_policies {
    id     = "keep-two"
    action = "KEEP"

    most_recent_versions {
      keep_count = 2
    }
  }

  cleanup_policies {
    id     = "delete-older"
    action = "DELETE"

    condition {
      tag_state = "ANY"
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  project    = var.project
  location   = google_artifact_registry_repository.functions.location
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${local.names.emails.build}" # the provider plans a wrong one if the project's id has a domain

  depends_on = [google_service_account.identity]
}

resource "google_project_iam_member" "build_logs" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = "serviceAccount:${local.names.emails.build}"

  depends_on = [google_service_account.identity]
}

resource "google_project_iam_member" "build_sources" {
  project = var.project
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:${local.names.emails.build}"

  condition {
    title      = module.plan.conditions.sources.title
    expression = module.plan.conditions.sources.expression
  }

  depends_on = [google_service_account.identity]
}

# Not in the buckets of runs: a notebook may write there, and would write the next version of the functions.
resource "google_storage_bucket" "source" {
  project                     = var.project
  name                        = local.names.buckets.source
  location                    = upper(var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true
  labels                      = local.labels

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  depends_on = [google_project_service.api]
}

# Named by its content: new content is a new object, and a new version of the functions.
resource "google_storage_bucket_object" "functions" {
  bucket       = google_storage_bucket.source.name
  name         = "functions-${filesha256(var.functions_zip)}.zip"
  source       = var.functions_zip
  content_type = "application/zip"
}

locals {
  # The network of VMs: the deployment's own, or one that is there.
  network = var.network == "" ? "projects/${var.project}/global/networks/${local.names.network}" : var.network

  environment = {
    # Google sets it where it is missing, and the next plan would take it away again.
    LOG_EXECUTION_ID                 = "true"
    MYMLOPS_PROJECT                  = var.project
    MYMLOPS_DEPLOYMENT               = var.deployment
    MYMLOPS_REGION                   = var.region
    MYMLOPS_RESULTS_BUCKET           = local.names.buckets.results
    MYMLOPS_LIVE_BUCKET              = local.names.buckets.live
    MYMLOPS_VM_SERVICE_ACCOUNT       = local.names.emails.vm
    MYMLOPS_MAX_PARALLEL             = tostring(var.max_parallel)
    MYMLOPS_MAX_INSTANCES            = tostring(var.max_instances)
    MYMLOPS_NETWORK                  = local.network
    MYMLOPS_SUBNETWORKS              = join(",", [for region, path in var.subnetworks : "${region}=${path}"])
    MYMLOPS_NAT_REGIONS              = join(",", sort(tolist(var.nat_regions)))
    MYMLOPS_IMAGE                    = var.image
    MYMLOPS_GPU_IMAGE                = var.gpu_image
    MYMLOPS_MACHINE_TYPE             = var.machine_type
    MYMLOPS_DISK_GB                  = tostring(var.disk_size_gb)
    MYMLOPS_ALLOWED_IMAGE_PROJECTS   = join(",", sort(tolist(var.allowed_image_projects)))
    MYMLOPS_ALLOWED_SERVICE_ACCOUNTS = join(",", sort(tolist(var.allowed_service_accounts)))
    MYMLOPS_ALLOWED_MACHINE_TYPES    = join(",", sort(tolist(var.allowed_machine_types)))
    MYMLOPS_ALLOWED_ACCELERATORS     = length(var.allowed_accelerators) == 0 ? "none" : join(",", sort(tolist(var.allowed_accelerators)))
    MYMLOPS_LONGEST_RUN_DAYS         = tostring(var.longest_run_days)
    MYMLOPS_LONGEST_QUEUE_DAYS       = tostring(var.longest_queue_days)
    MYMLOPS_ALERTS                   = length(var.alert_emails) == 0 ? "none" : "email"
  }
  # Google leaves out a variable without a value, and the next plan would add it again.
  set_environment = { for name, value in local.environment : name => value if value != "" }

  sizes = {
    # Messages at once and processes: requests wait for operations of Compute Engine most of their time.
    request = { concurrency = 8, most = 10 }
    event   = { concurrency = 20, most = 10 }
    # One at a time is the rule of the sweep itself; the second answers `doctor` meanwhile.
    sweep = { concurrency = 1, most = 2 }
  }
}

resource "google_cloudfunctions2_function" "function" {
  for_each = local.names.functions

  project     = var.project
  location    = var.region
  name        = each.value
  description = "mymlops ${var.functions_version}"
  labels      = local.labels

  build_config {
    runtime           = "nodejs24"
    entry_point       = each.key
    service_account   = google_service_account.identity["build"].id
    docker_repository = google_artifact_registry_repository.functions.id

    source {
      storage_source {
        bucket = google_storage_bucket_object.functions.bucket
        object = google_storage_bucket_object.functions.name
      }
    }
  }

  service_config {
    service_account_email            = local.names.emails[each.key]
    ingress_settings                 = "ALLOW_INTERNAL_ONLY" # Pub/Sub counts as internal
    available_memory                 = "512Mi"
    available_cpu                    = "1"
    timeout_seconds                  = 540
    min_instance_count               = 0
    max_instance_count               = local.sizes[each.key].most
    max_instance_request_concurrency = local.sizes[each.key].concurrency
    all_traffic_on_latest_revision   = true
    environment_variables            = local.set_environment
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_logs,
    google_project_iam_member.build_sources,
    google_project_iam_member.database,
  ]
}

locals {
  function_urls = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].uri }
}

# Nobody but Pub/Sub may call a function.
resource "google_cloud_run_service_iam_member" "service" {
  for_each = local.bindings.service

  project  = var.project
  location = var.region
  service  = google_cloudfunctions2_function.function[trimprefix(each.value.resource, "service ")].name
  role     = local.roles[each.value.role]
  member   = each.value.member

  depends_on = [google_service_account.identity]
}
