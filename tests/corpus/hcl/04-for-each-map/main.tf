# Teams as data: one key each.
locals {
  teams = {
    payments = { projects = ["P2payments"], roles = ["project-full-access"], until = 1830000000 }
    growth   = { projects = ["P2growth", "P2growthlab"], roles = ["project-readonly"], until = 0 }
    "data-platform" = {
      projects = []
      roles    = ["project-full-access"]
      until    = 1600000000
    }
  }
}

resource "descope_management_key" "team" {
  for_each = local.teams

  name        = "team ${title(each.key)}"
  description = "Key of ${each.key}, for ${join(" and ", each.value.projects)}"
  expire_time = each.value.until

  rebac = {
    project_roles = [
      {
        project_ids = each.value.projects
        roles       = each.value.roles
      }
    ]
  }
}
