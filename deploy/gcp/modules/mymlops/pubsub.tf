# Messages: commit requests, reports of VMs, and ticks. Each topic is pushed to its function. A message that fails again and again
# goes to a topic of dead letters, where the sweep finds it.

resource "google_pubsub_topic" "topic" {
  for_each = local.names.topics

  project = var.project
  name    = each.value
  labels  = local.labels

  # Messages hold commands and parameters: Pub/Sub would keep each in the region nearest to who sent it. Publishing from
  # elsewhere stays possible: https://cloud.google.com/pubsub/docs/resource-location-restriction
  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.api]
}

resource "google_pubsub_topic" "dead_letters" {
  for_each = local.names.dead_letters

  project = var.project
  name    = each.value
  labels  = local.labels

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }

  depends_on = [google_project_service.api]
}

resource "google_pubsub_subscription" "dead_letters" {
  for_each = local.names.dead_letters

  project                    = var.project
  name                       = each.value
  topic                      = google_pubsub_topic.dead_letters[each.key].id
  ack_deadline_seconds       = 600
  message_retention_duration = "2678400s" # 31 days, the longest
  labels                     = local.labels

  expiration_policy {
    ttl = "" # never
  }
}

locals {
  function_of = { requests = "request", events = "event", sweeps = "sweep" }
}

resource "google_pubsub_subscription" "push" {
  for_each = local.names.topics

  project              = var.project
  name                 = each.value
  topic                = google_pubsub_topic.topic[each.key].id
  ack_deadline_seconds = 600 # longer than a function may take
  # A tick that could not be handled is stale when the next one comes.
  message_retention_duration = each.key == "sweeps" ? "600s" : "604800s"
  labels                     = local.labels

  push_config {
    # The path tells the function the topic, as Google's own triggers do.
    push_endpoint = "${local.function_urls[local.function_of[each.key]]}/projects/${var.project}/topics/${each.value}"

    oidc_token {
      service_account_email = local.names.emails.push
      audience              = local.function_urls[local.function_of[each.key]]
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  expiration_policy {
    ttl = "" # never
  }

  dynamic "dead_letter_policy" {
    for_each = contains(keys(local.names.dead_letters), each.key) ? [google_pubsub_topic.dead_letters[each.key].id] : []

    content {
      dead_letter_topic     = dead_letter_policy.value
      max_delivery_attempts = 100 # the most
    }
  }

  depends_on = [google_cloud_run_service_iam_member.service]
}

resource "google_pubsub_topic_iam_member" "topic" {
  for_each = local.bindings.topic

  project = var.project
  topic   = google_pubsub_topic.topic[trimprefix(each.value.resource, "topic ")].name
  role    = local.roles[each.value.role]
  member  = each.value.member

  depends_on = [google_service_account.identity]
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  for_each = local.bindings.dead_letters

  project      = var.project
  subscription = google_pubsub_subscription.dead_letters[trimprefix(each.value.resource, "dead letters of ")].name
  role         = local.roles[each.value.role]
  member       = each.value.member

  depends_on = [google_service_account.identity]
}

# Pub/Sub itself moves dead letters: https://cloud.google.com/pubsub/docs/handling-failures#grant_forwarding_permissions
resource "google_pubsub_topic_iam_member" "forwards" {
  for_each = local.names.dead_letters

  project = var.project
  topic   = google_pubsub_topic.dead_letters[each.key].name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "forwards" {
  for_each = local.names.dead_letters

  project      = var.project
  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}
