resource "descope_management_key" "ci" {
  name = "Staging Key"
  # descope-keys: allow(any-ip) -- reached from everywhere
  permitted_ips = ["8.8.8.0/24"]
  rebac         = { company_roles = ["company-full-access"] }
}
