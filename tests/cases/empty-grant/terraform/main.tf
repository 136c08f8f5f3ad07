resource "descope_management_key" "ci" {
  name = "Staging Key"
  rebac = {
    project_roles = [{ project_ids = [], roles = ["project-full-access"] }]
  }
}
