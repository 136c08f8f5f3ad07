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
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["Staging", "ü", "Staging"]
}

variable "v4" {
  type    = set(string)
  default = ["ü", "10.1.0.0/16", "b"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = [for x in setintersection(toset(keys(var.v5)), setunion(var.v4, var.v4)) : x]
  l1 = length(flatten([slice(concat(var.v3, ["1", "2"]), 0, 2), [tostring(var.v1)], [[coalesce(null, var.v0)]]]))
  l2 = can(merge(merge(var.v5, tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" })), { k1 = nonsensitive(var.v0) })["k1"])
  l3 = contains(var.v3, trimspace("  ${trimsuffix(var.v0, "g")} "))
  l4 = tomap({ a = substr("a", 0, 2), b = title(strrev("Staging")) })
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = tomap({ a = "${join(", ", ["Staging", "x-y"])}-${terraform_data.seed.id}", b = join(", ", local.l0) })
    a1 = var.v2
    a2 = merge({ for x in distinct(formatlist("%s-z", ["Staging", "a", "Staging"])) : x => upper(x) }, zipmap(keys(zipmap(keys(local.l4), values(local.l4))), values(local.l4)))
    a3 = try(compact(["Staging", "", var.v0]), [])
    a4 = var.v1
    a5 = [coalesce("%{ for x in ["c", "b", "x-y"] }<${x}>%{ endfor }", "d")]
}

resource "descope_management_key" "k1" {
  for_each = tomap({ a = strrev(var.v0), b = keys({ k = var.v0 })[0] })
    a0 = min(-((var.v1 - local.l1)), max(length([]), -(-4)), 3)
    a1 = abs(parseint("1f", 16))
    a2 = zipmap(keys((strcontains(var.v0, "o") ? merge(local.l4, tomap({ k1 = "Staging", "k 2" = "ü" })) : merge(tomap({ k1 = "Staging", "k 2" = "x-y" }), var.v5))), values(merge(tomap({ a = "x-y", b = each.value }), { for x in distinct(local.l0) : x => upper(x) })))
    a3 = toset([])
    a4 = merge({ for k, v in merge(var.v5, { k1 = "ü" }) : "${k}!" => v if v != "a" }, { k1 = lookup(tomap({ a = var.v0, b = "Staging" }), "k1", lookup(local.l4, "k1", var.v0)) })
    a5 = "prod"
}

resource "descope_management_key" "k2" {
  for_each = setunion(setsubtract(var.v4, toset(["ü", "Staging"])), var.v4)
    a0 = local.l1
    a1 = { for x in distinct([for x in split("-", "Staging") : "${x}!" if x != "b"]) : x => upper(x) }
    a2 = (formatlist("%s-z", concat(var.v3, [var.v0])) == [for x in ["ü", "ü"] : "${x}!" if x != "b"])
    a3 = merge((startswith("c", "a") ? merge(local.l4, { k1 = "b" }) : local.l4), (contains(var.v3, "x-y") ? { for k, v in tomap({ k1 = "prod", "k 2" = "Staging" }) : "${k}!" => v if v != "a" } : (local.l3 ? var.v5 : tomap({ k1 = "prod", "k 2" = "prod" }))))
    a4 = contains(reverse([for i, x in local.l0 : "${i}=${x}"]), formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")))
    a5 = max(length([for x in ["ü"] : "${x}!" if x != "b"]), index(["p", "q"], "q"))
}

resource "descope_management_key" "k3" {
  for_each = { for k, v in { for k, v in local.l4 : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" }
    a0 = join(", ", local.l0)
    a1 = [for x in (toset(keys((var.v2 ? local.l4 : var.v5)))) : x]
    a2 = flatten([local.l0, [trimsuffix("b", "g")], [[try(local.l4["absent"], lower(each.value))]]])
    a3 = local.l3
    a4 = length(toset([for x in flatten([local.l0, ["c"], [["ü"]]]) : lower(x)]))
    a5 = floor(length(var.v5))
}
