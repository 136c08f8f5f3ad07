resource "descope_management_key" "ci" {
  name = "CI Key"
  expire_time = 1893456000000
  rebac = { company_roles = ["company-full-access"] }
}
