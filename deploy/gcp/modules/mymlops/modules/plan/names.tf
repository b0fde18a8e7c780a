# Every name that follows from project and deployment: as in protocol/src/naming/names.ts, which the functions and the client use.

locals {
  topics = { for topic in ["requests", "events", "sweeps"] : topic => "${var.deployment}-${topic}" }
  # A tick that fails is followed by the next one: sweeps have no dead letters.
  dead_letters = { for topic in ["requests", "events"] : topic => "${local.topics[topic]}-dead" }
  functions    = { for name in ["request", "event", "sweep"] : name => "${var.deployment}-${name}" }
  database     = "${var.deployment}-runs"
  repository   = "${var.deployment}-functions"
  network      = "${var.deployment}-network"
  firewall     = "${var.deployment}-iap"
  nat          = "${var.deployment}-nat"
  job          = "${var.deployment}-tick"

  accounts = merge(
    { for name in ["request", "event", "sweep", "push", "build"] : name => "${var.deployment}-${name}" },
    { vm = "${var.deployment}-agent" },
  )
  emails = { for name, id in local.accounts : name => "${id}@${local.account_domain}.iam.gserviceaccount.com" }
  # example.com:project has accounts at project.example.com.
  account_domain = join(".", reverse(split(":", var.project)))

  # The project is there for people, and is cut where the name would be too long. A bucket's name may not hold "goog".
  short_project = reverse(split(":", var.project))[0]
  bucket_start  = can(regex("goog|g00g", local.short_project)) ? "" : local.short_project
  # The source of the functions has a bucket of its own: VMs may write in the others.
  bucket_ends = { for kind in ["results", "live", "source"] : kind => "${var.deployment}-${kind}-${var.bucket_suffix}" }
  bucket_starts = {
    for kind, end in local.bucket_ends :
    kind => replace(substr(local.bucket_start, 0, min(length(local.bucket_start), 62 - length(end))), "/-+$/", "")
  }
  buckets = {
    for kind, end in local.bucket_ends :
    kind => local.bucket_starts[kind] == "" ? end : "${local.bucket_starts[kind]}-${end}"
  }
}
