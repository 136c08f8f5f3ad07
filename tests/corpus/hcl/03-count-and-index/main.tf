# Three runners, numbered; the third address is missing on purpose.
locals {
  runners = 3
  ips     = ["198.51.100.7", "198.51.100.8/33"]
}

resource "descope_management_key" "runner" {
  count = local.runners

  name          = format("runner-%02d", count.index + 1)
  permitted_ips = [local.ips[count.index]]
  rebac         = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "disabled" {
  count = local.runners > 5 ? 1 : 0

  name  = ""
  rebac = {}
}
