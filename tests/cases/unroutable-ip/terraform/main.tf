resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["10.0.0.0/8"]
  rebac = { company_roles = ["company-full-access"] }
}
