# A deployment of mymlops. Everything that is computed stands in modules/plan; these files only say what is made of it.

data "google_project" "this" {
  project_id = var.project
}

module "plan" {
  source = "./modules/plan"

  project            = var.project
  project_number     = data.google_project.this.number
  deployment         = var.deployment
  region             = var.region
  bucket_suffix      = var.bucket_suffix
  users              = var.users
  role_suffix        = var.role_suffix
  longest_run_days   = var.longest_run_days
  longest_queue_days = var.longest_queue_days
}

locals {
  names  = module.plan.names
  labels = merge(var.labels, { mymlops-deployment = var.deployment })

  # Accounts of Google's own services, which are there once their API is enabled.
  pubsub_agent    = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  scheduler_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-cloudscheduler.iam.gserviceaccount.com"
}
