resource "descope_management_key" "ci" {
  name        = "Staging Key"
  expire_time = -1893456000
  rebac       = { company_roles = ["company-full-access"] }
}
