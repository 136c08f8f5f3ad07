resource "descope_management_key" "ci" {
  name = "CI/CD Pipeline Key"
}
