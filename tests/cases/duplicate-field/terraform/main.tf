resource "descope_management_key" "ci" {
  name  = "CI/CD Pipeline Key"
  name  = "Deployment Key"
  rebac = { company_roles = ["company-full-access"] }
}
