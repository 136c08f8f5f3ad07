resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["0.0.0.0/0"]
  rebac = { company_roles = ["company-full-access"] }
}
