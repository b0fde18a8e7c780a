# On Google's own metrics, so that they speak also when nothing of ours runs. Without an address nobody is asked.

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project
  display_name = "mymlops ${var.deployment}: ${each.key}"
  type         = "email"
  labels       = { email_address = each.key }
  # An address that is taken off may still stand in the policies for a moment.
  force_delete = true

  depends_on = [google_project_service.api]
}

locals {
  alerts = length(var.alert_emails) == 0 ? {} : {
    sweep = {
      name = "the sweep does not run"
      text = "No sweep of mymlops ${var.deployment} succeeded in 10 minutes: nobody looks after its VMs. `mymlops-client doctor` says more."
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${local.names.functions.sweep}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"2xx\"",
      ])
      comparison = "COMPARISON_LT"
      threshold  = 1
      aligner    = "ALIGN_DELTA"
      # A function that is not called any more has no data. One that never was has no alert either: `doctor` says so.
      missing    = "EVALUATION_MISSING_DATA_ACTIVE"
      auto_close = "604800s"
    }
    dead_letters = {
      name = "messages are never handled"
      text = "A message of mymlops ${var.deployment} failed 100 times. `mymlops-client doctor` shows it."
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "resource.labels.subscription_id = one_of(${join(", ", [for id in values(local.names.dead_letters) : "\"${id}\""])})",
        "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\"",
      ])
      comparison = "COMPARISON_GT"
      threshold  = 0
      aligner    = "ALIGN_MAX"
      missing    = "EVALUATION_MISSING_DATA_INACTIVE"
      auto_close = "3600s"
    }
    request = {
      name = "requests fail"
      text = "The function request of mymlops ${var.deployment} failed again and again in 10 minutes: runs may not go on. Its log says why."
      filter = join(" AND ", [
        "resource.type = \"cloud_run_revision\"",
        "resource.labels.service_name = \"${local.names.functions.request}\"",
        "metric.type = \"run.googleapis.com/request_count\"",
        "metric.labels.response_code_class = \"5xx\"",
      ])
      comparison = "COMPARISON_GT"
      # Trouble of a moment is sent again by itself.
      threshold  = 5
      aligner    = "ALIGN_DELTA"
      missing    = "EVALUATION_MISSING_DATA_INACTIVE"
      auto_close = "3600s"
    }
  }
}

resource "google_monitoring_alert_policy" "alert" {
  for_each = local.alerts

  project               = var.project
  display_name          = "mymlops ${var.deployment}: ${each.value.name}"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.name]
  user_labels           = local.labels

  documentation {
    content   = each.value.text
    mime_type = "text/markdown"
  }

  conditions {
    display_name = each.value.name

    condition_threshold {
      filter                  = each.value.filter
      comparison              = each.value.comparison
      threshold_value         = each.value.threshold
      duration                = "60s" # 0 s does not go with missing data
      evaluation_missing_data = each.value.missing

      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = each.value.aligner
        cross_series_reducer = "REDUCE_SUM"
      }

      trigger {
        count = 1
      }
    }
  }

  alert_strategy {
    # A sweep that is dead has no data: its incident must not close by itself.
    auto_close = each.value.auto_close
  }
}
