terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.34, < 8.0" # the first in which every resource has a deletion_policy
    }
  }
}
