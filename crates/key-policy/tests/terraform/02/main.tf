variable "v0" {
  type    = string
  default = "b"
}

variable "v1" {
  type    = number
  default = 1
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["prod"]
}

variable "v4" {
  type    = set(string)
  default = ["10.1.0.0/16", "ü"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = !((7 / 2) < parseint("1f", 16))
  l1 = contains(setunion(toset([for x in var.v3 : lower(x)]), toset([for x in ["ü"] : lower(x)])), "a")
  l2 = abs((7 / 2))
  l3 = strcontains(var.v0, "o")
  l4 = var.v1
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = tomap({ k1 = "ü", "k 2" = "Staging" })
    a0 = "${jsonencode(concat(var.v3, var.v3))}-${each.value}"
    a1 = lower(trimprefix(each.value, "x-"))
    a2 = zipmap(keys((merge((local.l0 ? var.v5 : var.v5), merge(var.v5, var.v5)))), values(({ for k, v in (true ? var.v5 : tomap({ k1 = "a", "k 2" = "a" })) : "${k}!" => v if v != "a" })))
    a3 = (try(tonumber(join(", ", var.v3)), local.l4) - -((7 % 4)))
    a4 = local.l0 ? upper(basename("/x/${"10.1.0.0/16"}")) : cidrsubnet("10.0.0.0/8", 8, length(sort(var.v3)))
    a5 = endswith(coalesce(try(var.v5["absent"], each.key), "d"), "d")
}

resource "descope_management_key" "k1" {
  for_each = var.v4
    a0 = cidrsubnet("10.0.0.0/8", 8, length(var.v3))
    a1 = toset([for x in distinct(concat(sort(var.v3), [format("%s/%03d", "prod", 7)])) : lower(x)])
    a2 = var.v3
    a3 = setsubtract(toset([for x in toset([]) : x]), toset(keys(merge(var.v5, { k1 = "a" }))))
    a4 = (length(values(tomap({ k1 = "prod", "k 2" = "10.1.0.0/16" }))) < range(4)[2])
    a5 = toset(["b", "a"])
}

resource "descope_management_key" "k2" {
  for_each = merge((false ? var.v5 : tomap({ k1 = "a", "k 2" = "ü" })), merge(var.v5, var.v5))
    a0 = length(setunion(var.v4, toset([for x in ["ü", "c", "x-y"] : lower(x)])))
    a1 = min(local.l4, length(tomap({ a = terraform_data.seed.id, b = "c" })), 3)
    a2 = "${each.value}-${(local.l0 ? format("%s %v", "c", 0) : trim("a", "ab"))}"
    a3 = merge(zipmap(keys(merge(tomap({ k1 = "prod", "k 2" = "x-y" }), { k1 = each.value })), values(merge(tomap({ k1 = "ü", "k 2" = "Staging" }), tomap({ k1 = "Staging", "k 2" = "a" })))), { k1 = each.key })
    a4 = 1893456000
    a5 = element(concat(try(["10.1.0.0/16", "Staging", "b"], []), [{ a = "n${local.l2}", b = title(var.v0) }.a]), 0)
}

resource "descope_management_key" "k3" {
    a0 = jsonencode({ t = (nonsensitive((true ? "prod" : terraform_data.seed.id))), n = abs(length(tomap({ k1 = "x-y", "k 2" = "a" }))), b = ((local.l4 >= 1) || (local.l2 >= local.l2)) })
    a1 = -(max((local.l2 - local.l4), sum([3.5, 2])))
    a2 = flatten([reverse(concat(["c", "b", "Staging"], ["Staging"])), [jsonencode(var.v3)], [[var.v0]]])
    a3 = element(concat(["c", "x-y", "Staging"], [tostring(var.v1)]), 0)
    a4 = format("%s/%03d", title(replace(var.v0, "a", "o")), 7)
    a5 = var.v3
}
