resource "descope_management_key" "ci" {
  name   = "CI/CD Pipeline Key"
  status = "disabled"
  rebac  = { company_roles = ["company-full-access"] }
}
