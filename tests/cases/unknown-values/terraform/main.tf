resource "descope_management_key" "ci" {
  for_each      = var.keys
  name          = "${var.prefix}-key"
  description   = each.value.description
  status        = var.enabled ? "active" : "inactive"
  permitted_ips = concat(var.office, ["203.0.113.0/24"])
  expire_time   = local.expiry + 86400
  rebac = {
    company_roles = var.company_roles
    project_roles = [for id in var.projects : { project_ids = [id], roles = ["project-full-access"] }]
    tag_roles     = [{ tags = [var.tag], roles = var.roles }]
  }

  lifecycle {
    create_before_destroy = true
  }
}
