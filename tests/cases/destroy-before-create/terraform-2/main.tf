resource "descope_management_key" "ci" {
  name = "CI Key"
  expire_time = 1775001600
  rebac = { company_roles = ["company-full-access"] }
}
