resource "descope_management_key" "ci" {
  name = "CI Key"
  expire_time = 4102444800
  rebac = { company_roles = ["company-full-access"] }
}
