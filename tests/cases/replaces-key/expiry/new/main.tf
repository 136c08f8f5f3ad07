resource "descope_management_key" "ci" {
  name        = "Staging 2 Key"
  expire_time = 1900000000
  rebac       = { company_roles = ["company-full-access"] }
}
