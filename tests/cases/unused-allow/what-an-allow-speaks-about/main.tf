# descope-keys: allow(any-ip, host-bits) -- the whole block is meant
resource "descope_management_key" "block" {
  name          = "Block Key"
  permitted_ips = ["0.0.0.0/0", "2a00:1450::1/32"]
  rebac         = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "value" {
  name = "Value Key"
  # descope-keys: allow(host-bits) until=2027-01-31 -- the list is meant
  # and this is only a comment
  permitted_ips = [
    "81.2.69.7/24",
    "81.2.70.7/24",
  ]
  rebac = { company_roles = ["company-full-acess"] } // descope-keys: allow(unknown-role) -- the line is meant
}

# descope-keys: allow(host-bits, any-ip) -- one of the two is not needed
resource "descope_management_key" "other" {
  name          = "Other Key"
  permitted_ips = ["81.2.69.7/24"]
  rebac         = { company_roles = ["company-full-access"] }
}
