resource "descope_management_key" "ci" {
  name  = "ü"
  owner = "platform"
  rebac = {
    companyRoles = ["company-full-access"]
    tag_roles    = [{ tag = ["production"], tags = ["production"], role = "x", roles = ["tag-infra-read-write"] }]
  }
  tags {
    team = "platform"
  }
}
