resource "descope_management_key" "a" {
  name = "A Key"
  permitted_ips = [
    "81.2.68.0/23",
    "81.2.68.0/24",
    "81.2.69.0/24", # both halves are in the first
    "::ffff:81.2.68.7",
    var.office,
  ]
  rebac = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "b" {
  name          = "B Key"
  permitted_ips = ["81.2.69.0/25", "81.2.69.64/26", "81.2.69.128/25", "81.2.69.32/24"]
  rebac         = { company_roles = ["company-full-access"] }
}
