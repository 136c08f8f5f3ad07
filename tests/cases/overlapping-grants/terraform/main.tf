resource "descope_management_key" "ci" {
  name = "CI Key"
  rebac = {
    project_roles = [
      { project_ids = ["P2aAc4T2V93bddihGEx2Ryhc8e5Z"], roles = ["project-full-access"] },
      { project_ids = ["P2aAc4T2V93bddihGEx2Ryhc8e5Z"], roles = ["project-viewer"] },
    ]
  }
}
