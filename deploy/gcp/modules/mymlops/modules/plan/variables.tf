variable "project" {
  description = "Id of the project."
  type        = string
  nullable    = false
}

variable "project_number" {
  description = "Number of the project. Conditions on secrets hold it."
  type        = string
  nullable    = false
}

variable "deployment" {
  description = "Name of the deployment."
  type        = string
  nullable    = false
}

variable "region" {
  description = "Region of the deployment."
  type        = string
  nullable    = false
}

variable "bucket_suffix" {
  description = "The end of the buckets' names."
  type        = string
  nullable    = false
}

variable "role_suffix" {
  description = "The end of the ids of custom roles."
  type        = string
  default     = ""
  nullable    = false
}

variable "users" {
  description = "Members that may use the client."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "longest_run_days" {
  description = "The longest max_run, in days."
  type        = number
  default     = 7
  nullable    = false
}

variable "longest_queue_days" {
  description = "The longest queue_limit, in days."
  type        = number
  default     = 7
  nullable    = false
}
