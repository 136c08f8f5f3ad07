resource "descope_management_key" "ci" {
  id    = "K2abc"
  name  = "CI/CD Pipeline Key"
  rebac = { company_roles = ["company-full-access"] }
}
