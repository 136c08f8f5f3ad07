variable "v0" {
  type    = string
  default = "Staging"
}

variable "v1" {
  type    = number
  default = 3.5
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
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "ü", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = trimprefix(replace(format("%s/%03d", var.v0, 7), "a", "o"), "x-")
  l1 = (endswith(one([local.l0]), "d") && (length(var.v3) != (7 % 4)))
  l2 = contains(var.v4, "a")
  l3 = { for k, v in var.v5 : "${k}!" => v if v != "a" }
  l4 = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = setintersection(setunion(toset([]), var.v4), setsubtract(var.v4, var.v4))
    a0 = try(local.l3["absent"], replace(element(concat(["Staging", "ü", "Staging"], [local.l0]), 0), "a", "o"))
    a1 = { for k, v in merge(tomap({ k1 = "x-y", "k 2" = "prod" }), tomap({ a = each.value, b = "prod" })) : "${k}!" => v if v != "a" }
    a2 = compact(["a", "", ((var.v1 < var.v1) ? "n${var.v1}" : element(sort(concat(var.v3, ["m"])), 0))])
    a3 = (trimprefix(each.key, "x-") == format("%s %v", var.v0, 1)) ? tomap({ k1 = "x-y", "k 2" = "10.1.0.0/16" }) : { for x in distinct(concat(local.l4, ["10.1.0.0/16", "prod"])) : x => upper(x) }
    a4 = var.v4
    a5 = contains(setunion(setintersection(var.v4, toset(["x-y", "b", "ü"])), toset(["ü", "10.1.0.0/16"])), "a")
}

resource "descope_management_key" "k1" {
  count = 0
    a0 = one([element(sort(concat(concat(var.v3, [var.v0]), ["m"])), 0)])
    a1 = length(concat([for x in toset(["b"]) : x], [trimprefix(local.l0, "x-")]))
    a2 = contains(toset([for x in sort(["x-y"]) : lower(x)]), "a")
    a3 = range(4)[2]
    a4 = tonumber("12")
    a5 = tomap({ k1 = "a", "k 2" = "prod" })
}

resource "descope_management_key" "k2" {
  for_each = zipmap(keys(tomap({ k1 = "x-y", "k 2" = "prod" })), values((var.v2 ? local.l3 : tomap({ k1 = "a", "k 2" = "b" }))))
    a0 = setsubtract(toset([each.key, var.v0]), toset(values(local.l3)))
    a1 = contains(toset(compact(["10.1.0.0/16", "", var.secret])), "a")
    a2 = zipmap(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }), values(local.l3))
    a3 = strcontains(substr(split("/", "a/${"b"}")[0], 0, 2), "o")
    a4 = [for x in var.v4 : x]
    a5 = setunion(toset(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" })), toset(keys(var.v5)))
}

resource "descope_management_key" "k3" {
  for_each = merge(var.v5, (local.l2 ? tomap({ k1 = "a", "k 2" = "c" }) : local.l3))
    a0 = trimspace("  ${"prod"} ")
    a1 = toset(["prod", "Staging"])
    a2 = var.v4
    a3 = length(((local.l0 == each.key) ? try([], []) : try(local.l4, [])))
    a4 = compact([jsonencode({ t = format("%s %v", "b", var.v1), n = index(["p", "q"], "q"), b = ("Staging" == "c") }), "", (alltrue([local.l1, true]) ? var.v0 : title(var.v0))])
    a5 = { for k, v in tomap({ a = lookup(tomap({ k1 = "prod", "k 2" = "a" }), "k1", each.value), b = format("%s/%03d", var.secret, 7) }) : "${k}!" => v if v != "a" }
}
