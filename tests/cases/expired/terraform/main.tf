resource "descope_management_key" "ci" {
  name        = "Staging Key"
  expire_time = 1577836800
  rebac       = { company_roles = ["company-full-access"] }
}
