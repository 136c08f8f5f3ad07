# Addresses from a plan of subnets; one of them is used twice and one host is out of range.
locals {
  base    = "203.0.113.0/24"
  subnets = cidrsubnets(local.base, 2, 2, 4)
  hosts   = [for n in range(1, 4) : cidrhost(local.subnets[2], n)]
  legacy  = split(",", "198.51.100.1, 198.51.100.2,198.51.100.1/40")
}

resource "descope_management_key" "plan" {
  name          = "subnets of ${local.base}"
  permitted_ips = concat(local.subnets, formatlist("%s/32", local.hosts), [cidrhost("203.0.113.0/30", 9)])
  rebac         = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "legacy" {
  name          = "legacy"
  permitted_ips = [for ip in local.legacy : trimspace(ip)]
  rebac         = { company_roles = ["company-full-access"] }
}
