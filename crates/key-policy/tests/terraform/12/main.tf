variable "v0" {
  type    = string
  default = "Staging"
}

variable "v1" {
  type    = number
  default = 2
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = []
}

variable "v4" {
  type    = set(string)
  default = ["10.1.0.0/16", "prod", "Staging"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "prod", "k 2" = "b" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = replace(keys({ k = jsonencode({ t = var.v0, n = 2, b = var.v2 }) })[0], "a", "o")
  l1 = replace("${coalesce(null, "a")}-${{ a = local.l0, b = local.l0 }.a}", "a", "o")
  l2 = { for k, v in merge({ for k, v in var.v5 : "${k}!" => v if v != "a" }, { k1 = one([local.l0]) }) : "${k}!" => v if v != "a" }
  l3 = distinct(concat(values(var.v5), [one([local.l1])]))
  l4 = tonumber("12")
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = var.v5
    a0 = (((var.v2 || var.v2) ? (1893456000 * 2) : length(var.v5)) < 2)
    a1 = var.v2
    a2 = { for x in distinct(tolist([upper("prod"), trimspace("  ${local.l0} ")])) : x => upper(x) }
    a3 = var.v4
    a4 = local.l0
    a5 = [for x in toset(try(local.l3, [])) : x]
}

resource "descope_management_key" "k1" {
    a0 = lower({ a = keys({ k = local.l0 })[0], b = format("%s %v", "Staging", local.l4) }.a)
    a1 = var.v3
    a2 = element(concat(reverse(slice(concat(["c"], ["1", "2"]), 0, 2)), [trimspace("  ${jsonencode({ t = "c", n = 3.5, b = var.v2 })} ")]), 0)
    a3 = [for i, x in coalescelist(var.v3, ["d"]) : "${i}=${x}"]
    a4 = var.v2
    a5 = setintersection(var.v4, setintersection(setsubtract(var.v4, toset(["prod", "a", "b"])), toset(keys(local.l2))))
}

resource "descope_management_key" "k2" {
  for_each = setsubtract(toset(var.v3), toset([for x in var.v3 : lower(x)]))
    a0 = local.l0
    a1 = setintersection(setintersection(setunion(toset(["b", "x-y", "b"]), toset(["ü", "c", "b"])), setintersection(toset(["x-y"]), toset(["ü"]))), toset([for x in distinct(concat(["prod", "c", "a"], [var.v0])) : lower(x)]))
    a2 = merge(var.v5, ({ for x in distinct((var.v2 ? [] : local.l3)) : x => upper(x) }))
    a3 = !strcontains("prod", "o")
    a4 = setintersection(toset(["ü", "x-y", "Staging"]), var.v4)
    a5 = merge(zipmap(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "b" })), values(tomap({ a = each.key, b = local.l0 }))), { k1 = coalesce(coalesce("x-y", "d"), "d") })
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = setsubtract(setintersection(var.v4, var.v4), toset(concat(var.v3, local.l3)))
    a1 = tomap({ a = local.l0, b = substr(jsonencode({ t = var.secret, n = var.v1, b = var.v2 }), 0, 2) })
    a2 = !(var.v2 && var.v2) ? (merge((true ? tomap({ k1 = "prod", "k 2" = "10.1.0.0/16" }) : local.l2), { k1 = var.v0 })) : { for k, v in { for k, v in var.v5 : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" }
    a3 = toset(["10.1.0.0/16", "10.1.0.0/16"])
    a4 = var.v2
    a5 = can((can(var.v5["k1"]) ? { for k, v in var.v5 : "${k}!" => v if v != "a" } : { for x in distinct(local.l3) : x => upper(x) })["k1"])
}
