# An account for each function, for the VMs, for Pub/Sub's pushes and for the builds of the functions.
resource "google_service_account" "identity" {
  for_each = local.names.accounts

  project      = var.project
  account_id   = each.value
  display_name = "mymlops ${var.deployment}: ${each.key}"

  depends_on = [google_project_service.api]
}

resource "google_project_iam_custom_role" "role" {
  for_each = module.plan.roles

  project     = var.project
  role_id     = each.value.id
  title       = "mymlops ${var.deployment}: ${each.key}"
  description = "What the ${each.value.identity} of mymlops calls there, and nothing else."
  permissions = each.value.permissions

  depends_on = [google_project_service.api]
}

locals {
  # Where an identity has its role, by the kind of place. The name of a role is known before the role is there.
  bindings = {
    for place in distinct(values(module.plan.bindings)[*].place) :
    place => { for key, binding in module.plan.bindings : key => binding if binding.place == place }
  }
  roles = { for key, role in google_project_iam_custom_role.role : key => role.name }
}

resource "google_project_iam_member" "project" {
  for_each = local.bindings.project

  project = var.project
  role    = local.roles[each.value.role]
  member  = each.value.member

  depends_on = [google_service_account.identity]
}

resource "google_project_iam_member" "database" {
  for_each = local.bindings.database

  project = var.project
  role    = local.roles[each.value.role]
  member  = each.value.member

  condition {
    title      = module.plan.conditions.database.title
    expression = module.plan.conditions.database.expression
  }

  depends_on = [google_service_account.identity]
}

resource "google_project_iam_member" "secrets" {
  for_each = local.bindings.secrets

  project = var.project
  role    = local.roles[each.value.role]
  member  = each.value.member

  condition {
    title      = module.plan.conditions.secrets.title
    expression = module.plan.conditions.secrets.expression
  }

  depends_on = [google_service_account.identity]
}

# The right to give a VM an account is on that account alone.
resource "google_service_account_iam_member" "account" {
  for_each = merge([
    for binding in local.bindings.account : {
      for email in concat([local.names.emails.vm], tolist(var.allowed_service_accounts)) :
      "${binding.identity} ${email}" => {
        binding = binding
        # An account may be another project's, which stands in its address.
        project = try(regex("@([a-z0-9-]+)\\.iam\\.gserviceaccount\\.com$", email)[0], var.project)
        account = email
      }
    }
  ]...)

  service_account_id = "projects/${each.value.project}/serviceAccounts/${each.value.account}"
  role               = local.roles[each.value.binding.role]
  member             = each.value.binding.member

  depends_on = [google_service_account.identity]
}

# Projects from before April 2021 lack it: https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions
resource "google_service_account_iam_member" "push_tokens" {
  service_account_id = google_service_account.identity["push"].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent

  depends_on = [google_project_service.api]
}
