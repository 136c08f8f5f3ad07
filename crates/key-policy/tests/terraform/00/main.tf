variable "v0" {
  type    = string
  default = "Staging"
}

variable "v1" {
  type    = number
  default = 1
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["c", "x-y"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "b", "k 2" = "prod" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v2 ? merge(var.v5, { k1 = jsonencode(var.v3) }) : zipmap(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }), values({ for k, v in var.v5 : "${k}!" => v if v != "a" }))
  l1 = [for x in var.v4 : x]
  l2 = setsubtract(setintersection(setunion(var.v4, var.v4), toset(var.v3)), toset(try(var.v3, [])))
  l3 = tomap({ a = var.v0, b = var.v0 })
  l4 = one([var.v0])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 0
    a0 = contains(["a", "b"], jsonencode({ t = cidrsubnet("10.0.0.0/8", 8, length(["10.1.0.0/16"])), n = ceil(count.index), b = contains(var.v3, local.l4) }))
    a1 = coalesce(null, formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")))
    a2 = setunion(toset([for x in split("-", "Staging") : lower(x)]), setintersection(setintersection(var.v4, local.l2), toset([for x in ["10.1.0.0/16", "prod"] : lower(x)])))
    a3 = concat(tolist(toset(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" })))), [var.v0])
    a4 = setunion(local.l2, toset(keys({ for x in distinct(["Staging", "c"]) : x => upper(x) })))
    a5 = formatlist("%s-z", cidrsubnets("10.1.0.0/16", 4, 8))
}

resource "descope_management_key" "k1" {
  count = 2
    a0 = (trimspace("  ${element(concat(local.l1, [var.v0]), 0)} ") == one([{ a = "c", b = var.secret }.a]))
    a1 = contains(toset(keys({ for k, v in tomap({ k1 = "b", "k 2" = "10.1.0.0/16" }) : "${k}!" => v if v != "a" })), "a")
    a2 = setunion(var.v4, var.v4)
    a3 = toset(["c", "c", "c"])
    a4 = (7 % 4)
    a5 = setintersection(setintersection(toset(keys(var.v5)), toset(var.v3)), toset(concat(var.v3, [var.v0])))
}

resource "descope_management_key" "k2" {
  count = 2
    a0 = trimsuffix(terraform_data.seed.id, "g")
    a1 = toset(keys(local.l3))
    a2 = toset([for x in setsubtract(toset(keys(var.v5)), ["a"])[*] : lower(x)])
    a3 = local.l0
    a4 = setunion(toset(tolist([local.l4, var.secret])), toset(keys({ for k, v in tomap({ k1 = "x-y", "k 2" = "c" }) : "${k}!" => v if v != "a" })))
    a5 = zipmap(keys(merge(merge(local.l0, var.v5), tomap({ k1 = "Staging", "k 2" = "Staging" }))), values(tomap({ k1 = "b", "k 2" = "prod" })))
}

resource "descope_management_key" "k3" {
  for_each = tomap({ a = "n${var.v1}", b = try(var.v5["absent"], local.l4) })
    a0 = (var.v1 < floor((7 / 2)))
    a1 = contains(toset(keys({ for k, v in local.l3 : "${k}!" => v if v != "a" })), "a")
    a2 = length((alltrue([var.v2, var.v2]) ? trim(var.v0, "ab") : var.v0))
    a3 = try(tonumber(substr("Staging", 0, 2)), length(merge(tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" }), { k1 = each.key })))
    a4 = each.key
    a5 = local.l2
}

module "m" {
  source = "./m"
  texts  = concat(tolist(local.l2), [terraform_data.seed.id])
  text   = var.v0
}
