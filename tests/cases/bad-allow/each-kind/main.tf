# descope-keys: allow(any-ip)
resource "descope_management_key" "a" {
  name          = "A Key"
  permitted_ips = ["0.0.0.0/0"] # descope-keys: allow(any-ip) until=2025-12-31 -- over
  # descope-keys: allow(syntax) -- never
  # descope-keys: please
  rebac = { company_roles = ["company-full-access"] } /* descope-keys: allow(any-ip) until=31.1.2027 -- no day */
}
