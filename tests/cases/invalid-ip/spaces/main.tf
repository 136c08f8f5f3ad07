resource "descope_management_key" "a" {
  name          = "A Key"
  permitted_ips = ["203.0.113.0/24 ", "198.51.100.10"]
  rebac         = { company_roles = ["company-full-access"] }
}
