# Several faults in one file; each is told, and the good blocks are checked.
resource "descope_management_key" "open_list" {
  name  = "open list"
  rebac = { company_roles = ["company-full-access" }
}

resource "descope_management_key" "good" {
  name        = "good"
  expire_time = 1500000000
  rebac       = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "open_string" {
  name  = "open
  rebac = { company_roles = ["company-full-access"] }
}

resource descope_management_key good_without_quotes {
  name  = " "
  rebac = { company_roles = ["company-full-access"] }
}

locals {
  roles = = ["company-full-access"]
}

resource "descope_management_key" "uses_broken_local" {
  name  = "uses a broken local"
  rebac = { company_roles = local.roles }
}

resource "descope_management_key" "never_closed" {
  name  = "never closed"
  rebac = {
    company_roles = ["company-full-access"]

resource "descope_management_key" "after" {
  name   = "after"
  status = "paused"
  rebac  = { company_roles = ["company-full-access"] }
}
