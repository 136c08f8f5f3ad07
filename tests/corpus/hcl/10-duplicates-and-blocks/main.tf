resource "descope_management_key" "twice" {
  name = "first"
  name = "second"

  rebac {
    company_roles = ["company-full-access"]
  }
}

resource "descope_management_key" "dynamic" {
  name = "dynamic"

  dynamic "rebac" {
    for_each = ["company-full-access"]
    content {
      company_roles = [rebac.value]
    }
  }
}

resource "descope_management_key" "same" {
  name  = "same"
  rebac = { company_roles = ["a"], "company_roles" = ["b"] }
}

resource "descope_management_key" "same" {
  name  = "same address"
  rebac = { company_roles = ["a"] }
}

locals {
  a = 1
  a = 2
}
