resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["203.0.113.7/24"]
  rebac = { company_roles = ["company-full-access"] }
}
