variable "v0" {
  type    = string
  default = "ü"
}

variable "v1" {
  type    = number
  default = 0
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["c"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "x-y", "k 2" = "x-y" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = element(sort(concat(tolist(setsubtract(var.v4, var.v4)), ["m"])), 0)
  l1 = var.v1
  l2 = coalescelist(tolist(setunion(var.v4, var.v4)), ["d"])
  l3 = concat(var.v3, [for i, x in [{ n = local.l0 }, { n = "c" }][*].n : "${i}=${x}"])
  l4 = toset(keys((true ? (var.v2 ? var.v5 : var.v5) : zipmap(keys(var.v5), values(var.v5)))))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset([for x in keys(var.v5) : lower(x)])
    a0 = endswith(jsonencode(tolist([each.value, var.v0])), "d")
    a1 = merge((anytrue([var.v2]) ? { for x in distinct(local.l2) : x => upper(x) } : merge(var.v5, { k1 = var.v0 })), (merge((var.v2 ? tomap({ k1 = "Staging", "k 2" = "Staging" }) : tomap({ k1 = "x-y", "k 2" = "c" })), { k1 = tostring(local.l1) })))
    a2 = (index(["p", "q"], "q") >= abs(length(var.v5)))
    a3 = merge({ for x in distinct(concat([], ["c"])) : x => upper(x) }, (merge((var.v2 ? tomap({ k1 = "c", "k 2" = "10.1.0.0/16" }) : var.v5), { k1 = jsonencode({ t = "10.1.0.0/16", n = var.v1, b = var.v2 }) })))
    a4 = ["prod", "c"]
    a5 = terraform_data.seed.id
}

resource "descope_management_key" "k1" {
  for_each = { for x in distinct([{ n = "c" }, { n = local.l0 }][*].n) : x => upper(x) }
    a0 = merge(merge(merge(var.v5, { k1 = "ü" }), { k1 = keys({ k = "b" })[0] }), { k1 = var.v0 })
    a1 = alltrue([var.v2, strcontains("%{ if var.v2 }yes ${local.l0}%{ else }no%{ endif }", "o")])
    a2 = [for k, v in tomap({ a = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")), b = format("%s/%03d", var.secret, 7) }) : "${k}:${v}"]
    a3 = "%{ if alltrue([false, anytrue([true])]) }yes ${terraform_data.seed.id}%{ else }no%{ endif }"
    a4 = ["a"]
    a5 = [for k, v in { for x in distinct(values(var.v5)) : x => upper(x) } : "${k}:${v}"]
}

resource "descope_management_key" "k2" {
    a0 = merge(tomap({ k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" }), (merge((var.v2 ? tomap({ k1 = "a", "k 2" = "x-y" }) : var.v5), { k1 = substr("b", 0, 2) })))
    a1 = one([upper(local.l0)])
    a2 = tolist(var.v4)
    a3 = setsubtract(local.l4, setunion(setintersection(var.v4, toset(["Staging", "Staging", "a"])), setunion(toset([]), var.v4)))
    a4 = try(["ü", "b"], [])
    a5 = toset([for x in toset(["10.1.0.0/16", "10.1.0.0/16", "10.1.0.0/16"]) : x])
}

resource "descope_management_key" "k3" {
  for_each = tomap({ a = element(concat(local.l2, ["10.1.0.0/16"]), 0), b = lookup(tomap({ k1 = "prod", "k 2" = "a" }), "k1", "Staging") })
    a0 = local.l4
    a1 = (length(distinct(concat(local.l2, [var.secret]))) != var.v1) ? local.l1 : length({ for k, v in var.v5 : "${k}!" => v if v != "a" })
    a2 = each.value
    a3 = var.v3
    a4 = setunion(toset(keys(zipmap(keys(var.v5), values(var.v5)))), setsubtract(var.v4, toset(keys(var.v5))))
    a5 = tolist([var.secret, formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))])
}
