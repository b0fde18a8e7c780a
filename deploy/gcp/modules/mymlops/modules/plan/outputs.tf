output "regions" {
  description = "Regions that a deployment can be in."
  value       = local.regions
}

output "names" {
  description = "Every name of the deployment."
  value = {
    topics       = local.topics
    dead_letters = local.dead_letters
    functions    = local.functions
    database     = local.database
    accounts     = local.accounts
    emails       = local.emails
    buckets      = local.buckets
    repository   = local.repository
    network      = local.network
    firewall     = local.firewall
    nat          = local.nat
    job          = local.job
  }
}

output "roles" {
  description = "Custom roles: identity, place, id, permissions."
  value       = { for key, role in local.role_of : key => { for name, value in role : name => value if name != "resources" } }
}

output "bindings" {
  description = "Who has which role on what: member, role (a key of roles), place, resource."
  value       = local.bindings
}

output "conditions" {
  description = "Conditions of bindings on the project: title and expression."
  value       = local.conditions
}

output "live_days" {
  description = "Days after which an object of the live bucket is deleted."
  value       = local.live_days
}
