resource "descope_management_key" "ci" {
  name = "CI Key"
  rebac = { company_roles = ["company-full-access"] }
}

output "key" {
  value = nonsensitive(descope_management_key.ci.cleartext)
}
