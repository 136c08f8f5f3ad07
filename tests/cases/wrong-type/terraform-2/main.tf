resource "descope_management_key" "ci" {
  name = "Office Network Key"
  rebac {
    company_roles = ["company-full-access"]
  }
}
