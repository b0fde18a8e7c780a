# Required.

variable "project" {
  description = "Id of the Google Cloud project."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project))
    error_message = "project must be the id of a project: 6 to 30 of a-z, 0-9 and -, for example my-project-1."
  }
}

variable "region" {
  description = "Region of the buckets, the database and the functions. VMs may be in every region. It cannot be changed later."
  type        = string
  nullable    = false

  validation {
    condition     = contains(module.plan.regions, var.region)
    error_message = "In this region one of the services is missing (Cloud Run functions, Firestore, Cloud Scheduler, Artifact Registry). Take one of: ${join(", ", module.plan.regions)}."
  }
}

variable "bucket_suffix" {
  description = "8 characters by chance at the end of the buckets' names, made once: a name that can be guessed could belong to somebody else after the deployment was removed."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[bcdfghjkmnpqrstvwxz2-9]{8}$", var.bucket_suffix))
    error_message = "bucket_suffix must have 8 characters of bcdfghjkmnpqrstvwxz23456789."
  }
}

variable "functions_zip" {
  description = "Path of the functions' source, functions.zip of the package mymlops-client."
  type        = string
  nullable    = false
}

variable "functions_version" {
  description = "Version of the package that functions_zip is from."
  type        = string
  nullable    = false
}

variable "oldest_client" {
  description = "The oldest version of mymlops-client that these functions take requests from."
  type        = string
  nullable    = false
}

# The deployment.

variable "deployment" {
  description = "Name of the deployment: the start of the name of all that is made. It cannot be changed later."
  type        = string
  default     = "mymlops"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$", var.deployment)) && !can(regex("goog|g00g", var.deployment))
    error_message = "A deployment name has at most 20 of a-z, 0-9 and -, begins with a letter, ends with a letter or a digit, and does not contain goog."
  }
}

variable "role_suffix" {
  description = "An end for the ids of the custom roles. Google keeps the ids of deleted roles for about 37 days, and after the first 7 nobody can have them: who makes the deployment again then gives another end."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]{0,8}$", var.role_suffix))
    error_message = "role_suffix has at most 8 of a-z and 0-9."
  }
}

variable "users" {
  description = "Who may use the client: user:..., group:... or serviceAccount:..., as in Google's policies."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for user in var.users : can(regex("^(user|group|serviceAccount|principal|principalSet):\\S+$", user))])
    error_message = "Each user begins with user:, group:, serviceAccount:, principal: or principalSet:, for example user:ada@example.com."
  }
}

variable "secrets" {
  description = "Names of secrets to make, without values: `mymlops-client secrets set NAME` stores one. Clients can make others themselves."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for name in var.secrets : can(regex("^[A-Za-z_][A-Za-z0-9_]{0,199}$", name))])
    error_message = "A name of a secret has letters, digits and _, and begins with no digit."
  }
}

variable "alert_emails" {
  description = "Who gets an email when the sweep does not run, a message is never handled, or the functions fail. Empty: nobody."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+$", email))])
    error_message = "Each of alert_emails must be an email address."
  }
}

variable "labels" {
  description = "Labels for all that can have some."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = length(var.labels) < 64 && alltrue([
      for name, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", name)) && can(regex("^[a-z0-9_-]{0,63}$", value))
    ])
    error_message = "At most 63 labels. A name has at most 63 of a-z, 0-9, _ and -, and begins with a letter; a value has the same characters."
  }
}

# Bounds of what runs and instances may cost. A request beyond them is refused with a sentence.

variable "max_parallel" {
  description = "How many runs may have a VM at the same time."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.max_parallel >= 1 && floor(var.max_parallel) == var.max_parallel
    error_message = "max_parallel must be a whole number, 1 or more."
  }
}

variable "max_instances" {
  description = "How many interactive instances may be on at the same time: a limit of their own, beside max_parallel."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.max_instances >= 1 && floor(var.max_instances) == var.max_instances
    error_message = "max_instances must be a whole number, 1 or more."
  }
}

variable "allowed_machine_types" {
  description = "Machine types that a run may have; a * at the end stands for the rest of a name, as in n2-standard-*."
  type        = set(string)
  default     = ["*"]
  nullable    = false

  validation {
    condition     = length(var.allowed_machine_types) > 0 && alltrue([for type in var.allowed_machine_types : can(regex("^([a-z][a-z0-9-]*)?\\*?$", type)) && type != ""])
    error_message = "Name one machine type or more, like e2-standard-4 or n2-*. * is all."
  }
}

variable "allowed_accelerators" {
  description = "GPUs that a run may have, for example nvidia-l4; a * at the end stands for the rest of a name. Empty: none."
  type        = set(string)
  default     = ["*"]
  nullable    = false

  validation {
    condition     = alltrue([for type in var.allowed_accelerators : can(regex("^([a-z][a-z0-9-]*)?\\*?$", type)) && type != ""])
    error_message = "An accelerator is like nvidia-l4, or nvidia-*. * is all."
  }
}

variable "longest_run_days" {
  description = "The longest max_run of a run, in days. Checkpoints are kept for as long as every attempt of it may take."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.longest_run_days >= 1 && var.longest_run_days <= 100 && floor(var.longest_run_days) == var.longest_run_days
    error_message = "longest_run_days must be a whole number from 1 to 100."
  }
}

variable "longest_queue_days" {
  description = "The longest queue_limit of a run, in days."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.longest_queue_days >= 1 && var.longest_queue_days <= 100 && floor(var.longest_queue_days) == var.longest_queue_days
    error_message = "longest_queue_days must be a whole number from 1 to 100."
  }
}

# The VMs.

variable "machine_type" {
  description = "Machine type of a run that names none."
  type        = string
  default     = "e2-standard-4"
  nullable    = false
}

variable "disk_size_gb" {
  description = "Size of the boot disk of a run that names none, in GB."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.disk_size_gb >= 10 && floor(var.disk_size_gb) == var.disk_size_gb
    error_message = "disk_size_gb must be a whole number, 10 or more."
  }
}

variable "image" {
  description = "Image of the boot disk of a run that names none: projects/P/global/images/family/F. Empty: the functions' default."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.image == "" || can(regex("^projects/[^/]+/global/images/(family/)?[a-z][a-z0-9-]*$", var.image))
    error_message = "image must be projects/P/global/images/family/F or projects/P/global/images/I."
  }
}

variable "gpu_image" {
  description = "The same for a run with a GPU; it must have NVIDIA's driver. Empty: the functions' default, a Deep Learning VM of Google's."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.gpu_image == "" || can(regex("^projects/[^/]+/global/images/(family/)?[a-z][a-z0-9-]*$", var.gpu_image))
    error_message = "gpu_image must be projects/P/global/images/family/F or projects/P/global/images/I."
  }
}

variable "allowed_image_projects" {
  description = "Projects whose images a run may name, beside this one."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "allowed_service_accounts" {
  description = "Accounts that a run may give its VM instead of the deployment's. The function `request` gets the right to act as each."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for account in var.allowed_service_accounts : can(regex("^[a-z0-9-]+@[a-z0-9.-]+\\.gserviceaccount\\.com$", account))])
    error_message = "Each of allowed_service_accounts must be the email address of a service account."
  }
}

# The network.

variable "network" {
  description = "Path of a network that is there already: projects/P/global/networks/N. One of another project must let the function `request` use its subnetworks. Empty: the deployment makes one of its own, with a subnetwork in every region."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.network == "" || can(regex("^projects/[^/]+/global/networks/[a-z][a-z0-9-]*$", var.network))
    error_message = "network must be projects/P/global/networks/N."
  }
}

variable "subnetworks" {
  description = "Subnetworks by region, for a network in custom mode: {region = \"projects/P/regions/R/subnetworks/S\"}. VMs are made in these regions only."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition = alltrue([
      for region, path in var.subnetworks : can(regex("^projects/[^/]+/regions/${region}/subnetworks/[a-z][a-z0-9-]*$", path))
    ])
    error_message = "Each of subnetworks must be REGION = \"projects/P/regions/REGION/subnetworks/S\", with the same region twice."
  }

  validation {
    condition     = length(var.subnetworks) == 0 || var.network != ""
    error_message = "subnetworks belong to a network of yours: set network, too."
  }
}

variable "nat_regions" {
  description = "Regions whose VMs have no external address. In the deployment's own network, Cloud NAT is made there; in a network of yours it must be there."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.nat_regions : can(regex("^[a-z]+-[a-z]+\\d+$", region))])
    error_message = "Each of nat_regions must be a region, for example europe-west4."
  }
}

# The project.

variable "enable_apis" {
  description = "Whether to enable the APIs that are needed. They stay enabled when the deployment is removed."
  type        = bool
  default     = true
  nullable    = false
}
