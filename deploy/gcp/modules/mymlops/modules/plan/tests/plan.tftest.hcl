# `terraform test` in the folder above. Nothing is made, and no provider is needed.

variables {
  project        = "my-project"
  project_number = "123456789012"
  deployment     = "a-b"
  region         = "europe-west4"
  bucket_suffix  = "bcdfghjk"
  users          = ["user:ada@example.com", "group:ml@example.com"]
}

run "names_begin_with_the_deployment" {
  command = plan

  assert {
    condition     = output.names.topics.requests == "a-b-requests" && output.names.dead_letters.events == "a-b-events-dead"
    error_message = "topics: ${jsonencode(output.names)}"
  }

  assert {
    condition     = output.names.buckets.results == "my-project-a-b-results-bcdfghjk"
    error_message = output.names.buckets.results
  }

  assert {
    condition     = output.names.emails.vm == "a-b-agent@my-project.iam.gserviceaccount.com"
    error_message = output.names.emails.vm
  }
}

run "a_project_of_a_domain" {
  command = plan

  variables {
    project = "example.com:my-project"
  }

  assert {
    condition     = output.names.emails.push == "a-b-push@my-project.example.com.iam.gserviceaccount.com"
    error_message = output.names.emails.push
  }

  assert {
    condition     = output.names.buckets.live == "my-project-a-b-live-bcdfghjk"
    error_message = output.names.buckets.live
  }
}

run "each_user_gets_the_clients_rights" {
  command = plan

  assert {
    condition = toset([for binding in output.bindings : binding.member if binding.identity == "client" && binding.place == "database"]) == toset(var.users)

    error_message = "members of the client's role"
  }

  assert {
    condition     = alltrue([for binding in output.bindings : !startswith(binding.member, "allUsers") && binding.member != "allAuthenticatedUsers"])
    error_message = "nothing is public"
  }
}

run "without_users_only_accounts_of_the_deployment" {
  command = plan

  variables {
    users = []
  }

  assert {
    condition     = alltrue([for binding in output.bindings : startswith(binding.member, "serviceAccount:a-b-")])
    error_message = jsonencode(output.bindings)
  }
}

run "a_database_is_named_whole" {
  command = plan

  assert {
    condition     = output.conditions.database.expression == "resource.name == \"projects/my-project/databases/a-b-runs\""
    error_message = output.conditions.database.expression
  }

  assert {
    condition     = output.conditions.secrets.expression == "resource.name.startsWith(\"projects/123456789012/secrets/a-b_\")"
    error_message = output.conditions.secrets.expression
  }
}

run "checkpoints_outlive_every_attempt" {
  command = plan

  variables {
    longest_run_days   = 10
    longest_queue_days = 2
  }

  assert {
    condition     = output.live_days == 3 * 10 + 2 + 7
    error_message = "live_days: ${output.live_days}"
  }
}
