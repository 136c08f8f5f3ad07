resource "descope_management_key" "service" {
  for_each = { for name, service in local.services : name => service if name != "svc55" }

  name          = each.key
  permitted_ips = [each.value.ip]
  expire_time   = each.value.expires

  rebac = {
    project_roles = [{
      project_ids = compact([each.value.project])
      roles       = ["project-full-access"]
    }]
  }
}

output "count" {
  value = length(descope_management_key.service)
}
