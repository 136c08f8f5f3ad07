resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["198.51.100.0/24"]
  rebac = { company_roles = ["company-full-access"] }
}
