resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["192.0.2.0/24"]
  rebac = { company_roles = ["company-full-access"] }
}
