output "names" {
  description = "Every name of the deployment: buckets, topics, functions, database, accounts."
  value       = local.names
}

output "settings" {
  description = "Path of the document that clients read first. It is there when all the rest is."
  value       = google_firestore_document.settings.name
}

output "function_urls" {
  description = "Addresses of the functions, which only Pub/Sub may call."
  value       = local.function_urls
}

output "network" {
  description = "The network of the VMs."
  value       = local.network
}

output "version" {
  description = "Version of the functions."
  value       = var.functions_version
}
