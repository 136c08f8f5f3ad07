variable "v0" {
  type    = string
  default = "c"
}

variable "v1" {
  type    = number
  default = 2
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = []
}

variable "v4" {
  type    = set(string)
  default = ["ü", "Staging", "b"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "x-y", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = (var.v1 * 2)
  l1 = ["b", "x-y"]
  l2 = try([for k, v in merge(tomap({ k1 = "a", "k 2" = "b" }), var.v5) : "${k}:${v}"], [])
  l3 = (-(1893456000) - local.l0)
  l4 = setunion(var.v4, setintersection(toset([for x in ["a", "prod", "10.1.0.0/16"] : lower(x)]), setintersection(var.v4, var.v4)))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = tomap({ a = substr(split("/", "a/${var.v0}")[0], 0, 2), b = terraform_data.seed.id })
    a1 = startswith(replace(var.v0, "a", "o"), "a") ? index(["p", "q"], "q") : parseint("1f", 16)
    a2 = [for x in [for k, v in merge(tomap({ k1 = "b", "k 2" = "ü" }), { k1 = var.v0 }) : "${k}:${v}"] : "${x}!" if x != "b"]
    a3 = "n${try(tonumber(var.v0), max(local.l0, local.l0))}"
    a4 = ((sum([var.v1, local.l0]) + length(toset(["c", "Staging"]))) >= 1)
    a5 = var.v2
}

resource "descope_management_key" "k1" {
  count = 1
    a0 = var.v0
    a1 = merge(((count.index < count.index) ? tomap({ k1 = "b", "k 2" = "b" }) : (var.v2 ? var.v5 : var.v5)), zipmap(keys(zipmap(keys(var.v5), values(tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" })))), values({ for k, v in tomap({ k1 = "b", "k 2" = "10.1.0.0/16" }) : "${k}!" => v if v != "a" })))
    a2 = tomap({ k1 = "c", "k 2" = "prod" })
    a3 = range(4)[2]
    a4 = ["prod", "b", "Staging"]
    a5 = (length(var.v3) != 3.5)
}

resource "descope_management_key" "k2" {
    a0 = local.l0
    a1 = { for x in distinct(var.v3) : x => upper(x) }
    a2 = merge(merge({ for k, v in tomap({ k1 = "x-y", "k 2" = "b" }) : "${k}!" => v if v != "a" }, merge(var.v5, var.v5)), { k1 = var.v0 })
    a3 = -(ceil((-4 - local.l3)))
    a4 = (max(var.v1, local.l0) < sum([local.l3, local.l0])) ? var.v5 : (strcontains(var.v0, "o") ? merge(tomap({ k1 = "prod", "k 2" = "a" }), { k1 = var.v0 }) : merge(tomap({ k1 = "ü", "k 2" = "prod" }), { k1 = var.v0 }))
    a5 = zipmap(keys(tomap({ a = coalesce(var.v0, "d"), b = jsonencode(local.l1) })), values(zipmap(keys(tomap({ k1 = "prod", "k 2" = "ü" })), values(tomap({ k1 = "prod", "k 2" = "a" })))))
}

resource "descope_management_key" "k3" {
  for_each = setintersection(var.v4, toset(local.l1))
    a0 = lower({ a = trimsuffix("c", "g"), b = tostring(local.l0) }.a)
    a1 = merge(tomap({ k1 = "x-y", "k 2" = "10.1.0.0/16" }), { k1 = "n${try(tonumber(each.value), local.l3)}" })
    a2 = try(tonumber(keys({ k = title(var.v0) })[0]), (floor(1) - local.l3))
    a3 = toset(keys(merge(merge(tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" }), tomap({ k1 = "Staging", "k 2" = "Staging" })), var.v5)))
    a4 = toset([for x in ["${"x-y"}-${each.key}"] : lower(x)])
    a5 = [{ n = format("%s %v", "Staging", -(var.v1)) }, { n = format("%s/%03d", trimspace("  ${each.key} "), 7) }][*].n
}
