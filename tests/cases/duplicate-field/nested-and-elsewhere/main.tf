provider "aws" {
  region = "a"
  region = "b"
}

resource "descope_management_key" "ci" {
  name = "CI/CD Pipeline Key"
  rebac = {
    company_roles = ["company-full-access"]
    "company_roles" = ["company-full-access"]
  }
}
