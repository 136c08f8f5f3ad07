variable "name" {
  type = string
}

variable "environments" {
  type = set(string)
}

variable "network" {
  type = string
}

variable "strict" {
  type = bool
}

resource "descope_management_key" "environment" {
  for_each = var.environments

  name          = "${var.name}-${each.key}"
  permitted_ips = var.strict || each.key != "prod" ? [var.network] : ["anywhere"]

  rebac = {
    tag_roles = [{
      tags  = [each.key]
      roles = ["tag-${each.key == "prod" ? "infra-read" : "infra-read-write"}"]
    }]
  }
}
