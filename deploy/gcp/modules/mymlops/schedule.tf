# A tick a minute.
resource "google_cloud_scheduler_job" "tick" {
  project     = var.project
  region      = var.region
  name        = local.names.job
  description = "Asks mymlops ${var.deployment} to look after its VMs"
  schedule    = "* * * * *"
  time_zone   = "Etc/UTC"

  pubsub_target {
    topic_name = google_pubsub_topic.topic["sweeps"].id
    data       = base64encode(jsonencode({ v = 1, type = "tick" }))
  }

  depends_on = [google_pubsub_subscription.push, google_pubsub_topic_iam_member.ticks]
}

resource "google_pubsub_topic_iam_member" "ticks" {
  project = var.project
  topic   = google_pubsub_topic.topic["sweeps"].name
  role    = "roles/pubsub.publisher"
  member  = local.scheduler_agent
}
