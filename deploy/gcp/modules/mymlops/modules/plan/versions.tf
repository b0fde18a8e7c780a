# No provider: all of this is computed from the variables alone, and tested without Google.
terraform {
  required_version = ">= 1.9"
}
