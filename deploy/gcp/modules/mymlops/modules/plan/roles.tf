# Custom roles and who has them where. roles.json is written by `npm run roles` from the list that the functions, the client and
# the local cloud are held to (protocol/src/rights).

locals {
  role_list = jsondecode(file("${path.module}/roles.json"))
  role_of = {
    for role in local.role_list : "${role.identity} ${role.place}" => {
      identity    = role.identity
      place       = role.place
      permissions = role.permissions
      resources   = role.resources
      id          = "${replace(var.deployment, "-", "_")}_${role.identity == "vm" ? "agent" : role.identity}_${role.place}${var.role_suffix == "" ? "" : "_${var.role_suffix}"}"
    }
  }

  # People and pipelines have no account of the deployment: a binding for each of them.
  binding_list = flatten([
    for key, role in local.role_of : [
      for resource in role.resources : [
        for member in role.identity == "client" ? tolist(var.users) : ["serviceAccount:${local.emails[role.identity]}"] : {
          key      = role.identity == "client" ? "client ${resource} ${member}" : "${role.identity} ${resource}"
          identity = role.identity
          member   = member
          role     = key
          place    = role.place
          resource = resource
        }
      ]
    ]
  ])
  bindings = { for binding in local.binding_list : binding.key => binding }

  # https://cloud.google.com/firestore/docs/security/iam-conditions and https://cloud.google.com/secret-manager/docs/access-control
  # A database is named whole: a prefix would also be the start of another deployment's. In conditions on secrets the project has
  # its number; a deployment's name has no underscore, so that the start of its secrets is the start of no other one's.
  conditions = {
    database = {
      title      = "${local.database} alone"
      expression = "resource.name == \"projects/${var.project}/databases/${local.database}\""
    }
    secrets = {
      title      = "secrets of ${var.deployment}"
      expression = "resource.name.startsWith(\"projects/${var.project_number}/secrets/${var.deployment}_\")"
    }
    # Cloud Build reads the functions' source where Google's own service has put it.
    sources = {
      title = "sources of functions in ${var.region}"
      expression = join(" || ", [
        "resource.name == \"projects/_/buckets/gcf-v2-sources-${var.project_number}-${var.region}\"",
        "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${var.project_number}-${var.region}/\")",
      ])
    }
  }
}
