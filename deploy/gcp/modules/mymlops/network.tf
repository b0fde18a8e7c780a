# A network of the deployment's own, with a subnetwork in every region, so that VMs may be where there is capacity. Nothing gets in
# but Google's tunnel for people with the right to it.

resource "google_compute_network" "network" {
  count = var.network == "" ? 1 : 0

  project                 = var.project
  name                    = local.names.network
  description             = "VMs of mymlops ${var.deployment}"
  auto_create_subnetworks = true
  routing_mode            = "REGIONAL"

  depends_on = [google_project_service.api]
}

# https://cloud.google.com/iap/docs/using-tcp-forwarding#create-firewall-rule
resource "google_compute_firewall" "iap" {
  count = var.network == "" ? 1 : 0

  project       = var.project
  name          = local.names.firewall
  description   = "ssh by way of Identity-Aware Proxy"
  network       = google_compute_network.network[0].id
  direction     = "INGRESS"
  source_ranges = ["35.235.240.0/20"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

# VMs without an external address reach the internet by way of Cloud NAT, which is billed by the hour and by GiB.
resource "google_compute_router" "nat" {
  for_each = var.network == "" ? var.nat_regions : []

  project = var.project
  name    = local.names.nat
  region  = each.key
  network = google_compute_network.network[0].id
}

resource "google_compute_router_nat" "nat" {
  for_each = google_compute_router.nat

  project                            = var.project
  name                               = local.names.nat
  router                             = each.value.name
  region                             = each.key
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}
