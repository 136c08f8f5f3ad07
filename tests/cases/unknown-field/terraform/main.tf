resource "descope_management_key" "ci" {
  name          = "Office Network Key"
  permitted_ip  = ["203.0.113.0/24"]
  rebac         = { company_roles = ["company-full-access"] }
}
