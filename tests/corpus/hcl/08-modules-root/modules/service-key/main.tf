resource "descope_management_key" "this" {
  name          = "svc-${var.name}"
  permitted_ips = var.networks

  rebac = var.company ? {
    company_roles = ["company-full-access"]
    project_roles = []
    } : {
    company_roles = []
    project_roles = [{ project_ids = ["P2${var.name}"], roles = ["project-full-access"] }]
  }
}
