locals {
  # As MAX_ATTEMPTS in functions/src/engine/run/next-attempt.ts.
  max_attempts = 3
  # A checkpoint of the first attempt may be what the last one begins with. A week more, for a person to look.
  live_days = local.max_attempts * var.longest_run_days + var.longest_queue_days + 7
}
