resource "descope_management_key" "ci" {
  name = "CI Key"
  permitted_ips = ["2a00:1450:4001::/48"]
  rebac = { company_roles = ["company-full-access"] }
}
