terraform {
  required_providers {
    descope = { source = "descope/descope" }
  }
  backend "s3" {}
}

provider "descope" {
  project_id = "P2x"
}

provider "descope" {
  alias    = "eu"
  base_url = "https://api.euc1.descope.com"
}

variable "enabled" {
  type    = bool
  default = true
}

variable "teams" {
  type = map(object({
    roles  = optional(set(string), ["app-read"])
    ips    = optional(list(string), [])
    expire = optional(number)
    owner  = optional(object({ mail = optional(string, "nobody@example.com") }), {})
  }))
  default = {
    payments = { roles = ["app-admin", "app-admin"], ips = ["192.0.2.10"] }
    search   = { expire = 1798761600000 }
    ops      = null
  }
}

data "http" "ip" {
  url = "https://checkip.example.com"
}

# In any order, and in a circle.
locals {
  third  = "${local.second}-c"
  first  = "a"
  second = "${local.first}-b"
  left   = local.right
  right  = local.left
  teams  = { for name, team in var.teams : name => team if team != null }
  file   = jsondecode(file("${path.module}/roles.json"))
}

module "platform" {
  source    = "./platform"
  for_each  = local.teams
  providers = { descope = descope.eu }
  team      = each.key
  settings  = each.value
  enabled   = var.enabled
}

module "off" {
  source   = "./platform"
  count    = var.enabled ? 0 : 1
  team     = "off"
  settings = {}
}

module "unknown" {
  source   = "./platform"
  for_each = toset(split(",", data.http.ip.response_body))
  team     = each.key
  settings = {}
}

module "remote" {
  source  = "acme/key/descope"
  version = "1.0.0"
  name    = "remote"
}

resource "descope_management_key" "root" {
  provider      = descope.eu
  name          = local.third
  description   = local.left
  status        = terraform.workspace == "default" ? "active" : "inactive"
  expire_time   = try(module.platform["search"].expire, 0)
  permitted_ips = ["${chomp(data.http.ip.response_body)}/32", cidrhost("10.0.0.0/8", 300)]
  rebac = {
    company_roles = module.platform["payments"].roles
  }
}

resource "descope_management_key" "copy" {
  count         = var.enabled ? 1 : 0
  name          = "${descope_management_key.root.name}-copy"
  expire_time   = descope_management_key.root.expire_time
  permitted_ips = descope_management_key.root.permitted_ips
  rebac = {
    company_roles = local.file.roles
  }
}

resource "descope_management_key" "from_copy" {
  name        = descope_management_key.copy[0].name
  description = descope_management_key.root.cleartext
  rebac = {
    company_roles = [for key in values(module.platform)[*].name : key]
  }
  dynamic "rebac" {
    for_each = var.teams
    content {
      company_roles = rebac.value.roles
    }
  }
}

moved {
  from = descope_management_key.old
  to   = descope_management_key.root
}

removed {
  from = descope_management_key.gone
  lifecycle {
    destroy = false
  }
}

import {
  to = descope_management_key.root
  id = "K2abc"
}

check "health" {
  assert {
    condition     = descope_management_key.root.status == "active"
    error_message = "inactive"
  }
}
