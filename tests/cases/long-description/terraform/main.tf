locals {
  purpose = "Used by the deployment pipeline of the storefront to create, update and delete the users of the staging project, to look after their sessions, and to read the audit trail once a day. Ask the platform "
}

resource "descope_management_key" "computed" {
  name        = "Storefront"
  description = "${local.purpose} Ask the platform team before you use it for anything else."
  rebac       = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "short" {
  name        = "Billing"
  description = local.purpose
  rebac       = { company_roles = ["company-full-access"] }
}
