resource "descope_management_key" "ci" {
  name  = " "
  rebac = { company_roles = ["company-full-access"] }
}
