resource "descope_management_key" "ci" {
  name = "CI Key"
  rebac = { company_roles = ["company-full-access"] }

  lifecycle {
    create_before_destroy = false
  }
}
