resource "descope_management_key" "ci" {
  name = "CI Key"
  status = "inactive"
  rebac = { company_roles = ["company-full-access"] }
}
