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
  default = ["10.1.0.0/16", "a", "c"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "ü" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = toset([for x in [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)] : lower(x)])
  l1 = (7 % 4)
  l2 = cidrsubnet("10.0.0.0/8", 8, length(formatlist("%s-z", var.v3)))
  l3 = sort(formatlist("%s-z", flatten([var.v3, [var.v0], [[local.l2]]])))
  l4 = substr(try(tomap({ a = "x-y", b = "10.1.0.0/16" })["absent"], trimprefix("prod", "x-")), 0, 2)
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset([for x in [] : lower(x)])
    a0 = 2
    a1 = var.v5
    a2 = can(var.v5["k1"])
    a3 = values((merge(tomap({ a = each.key, b = "Staging" }), (var.v2 ? var.v5 : var.v5))))
    a4 = contains(sort(keys(var.v5)), format("%s/%03d", cidrsubnet("10.0.0.0/8", 8, length(local.l3)), 7))
    a5 = contains(setunion(setsubtract(var.v4, var.v4), local.l0), "a")
}

resource "descope_management_key" "k1" {
    a0 = sum([(7 / 2), (7 / 2)])
    a1 = tomap({ k1 = "ü", "k 2" = "x-y" })
    a2 = merge({ for x in distinct([for x in local.l3 : "${x}!" if x != "b"]) : x => upper(x) }, merge(zipmap(keys(var.v5), values(var.v5)), { k1 = element(concat(["ü", "prod"], [local.l4]), 0) }))
    a3 = [for x in tolist(toset(local.l3)) : upper(x)]
    a4 = merge(merge({ for x in distinct(["a"]) : x => upper(x) }, { k1 = strrev(local.l4) }), var.v5)
    a5 = trimprefix(local.l4, "x-")
}

resource "descope_management_key" "k2" {
    a0 = (slice(concat(flatten([var.v3, [local.l4], [[var.secret]]]), ["1", "2"]), 0, 2) == [for x in [local.l4] : "${x}!" if x != "b"])
    a1 = local.l3
    a2 = 1
    a3 = toset([for x in concat(compact([local.l2, "", local.l4]), [keys({ k = local.l2 })[0]]) : lower(x)])
    a4 = endswith("%{ for x in ["ü"] }<${x}>%{ endfor }", "d")
    a5 = (range(4)[2] >= ceil(1))
}

resource "descope_management_key" "k3" {
  count = 2
    a0 = setsubtract(setunion(toset([for x in local.l3 : lower(x)]), toset(keys(var.v5))), ["a"])[*]
    a1 = { for x in distinct(tolist(toset([for x in ["prod", "c"] : lower(x)]))) : x => upper(x) }
    a2 = (range(4)[2] >= ((local.l1 >= -4) ? length("c") : (var.v1 - local.l1)))
    a3 = tomap({ a = "n${(7 / 2)}", b = (concat([terraform_data.seed.id, var.secret], [(var.v2 ? local.l2 : var.v0), "z"])[1]) })
    a4 = setsubtract(setsubtract(toset(["c", "prod", "Staging"]), toset([for x in local.l3 : lower(x)])), toset(var.v3))
    a5 = join(", ", concat(coalescelist(["prod", "Staging"], ["d"]), [join(", ", var.v3)]))
}
