# A deployment with two users. Run `terraform init` and `terraform apply` here.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.34, < 8.0"
    }
  }
}

provider "google" {
  project = var.project
  region  = var.region

  # With a person's own login, some services want to know the project that pays for a call.
  user_project_override = true
  billing_project       = var.project
}

variable "project" {
  description = "Id of the project."
  type        = string
}

variable "region" {
  description = "Region of buckets, database and functions."
  type        = string
  default     = "europe-west4"
}

variable "bucket_suffix" {
  description = "8 characters of bcdfghjkmnpqrstvwxz23456789 by chance. Keep them."
  type        = string
}

variable "users" {
  description = "Who may commit notebooks."
  type        = set(string)
  default     = []
}

module "mymlops" {
  source = "../.."

  project           = var.project
  region            = var.region
  bucket_suffix     = var.bucket_suffix
  functions_zip     = "${path.root}/functions.zip"
  functions_version = "0.2.0"
  oldest_client     = "0.1.0"
  users             = var.users

  # At most 4 VMs at a time, small ones, without GPUs.
  max_parallel          = 4
  allowed_machine_types = ["e2-*"]
  allowed_accelerators  = []
}

output "names" {
  description = "Every name of the deployment."
  value       = module.mymlops.names
}
