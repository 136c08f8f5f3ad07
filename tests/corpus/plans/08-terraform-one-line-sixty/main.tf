resource "descope_management_key" "service" {
  for_each    = toset(var.services)
  name        = "service-${each.key}"
  expire_time = 1783000000
  rebac       = { company_roles = ["company-full-access"] }
}
variable "services" {}
