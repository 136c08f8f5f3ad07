resource "descope_management_key" "ci" {
  name = "Staging Key"
  rebac = {
    company_roles = ["company-full-access"]
    project_roles = [
      {
        project_ids = ["P2aAc4T2V93bddihGEx2Ryhc8e5Z"]
        roles       = ["project-full-access"]
      }
    ]
  }
}
