resource "descope_management_key" "ci" {
  name = "CI/CD Pipeline Key"
  rebac = {
    company_roles = [var.role]
    project_roles = [{ project_ids = ["P1"], roles = ["project-full-access"] }]
    tag_roles     = [{ tags = ["production"], roles = ["tag-infra-read-write"] }]
  }
}
