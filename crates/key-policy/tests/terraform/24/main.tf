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
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["Staging", "a"]
}

variable "v4" {
  type    = set(string)
  default = ["b", "Staging", "Staging"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "x-y", "k 2" = "prod" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v5
  l1 = tomap({ a = replace(element(concat(["Staging", "ü", "c"], [var.v0]), 0), "a", "o"), b = format("%s/%03d", "b", 7) })
  l2 = (length(toset(keys(tomap({ k1 = "x-y", "k 2" = "b" })))) >= (7 % 4))
  l3 = can({ for k, v in { for x in distinct(var.v3) : x => upper(x) } : "${k}!" => v if v != "a" }["k1"])
  l4 = contains(setintersection(setunion(toset(["a", "prod"]), var.v4), setintersection(toset([]), var.v4)), "a")
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = toset(keys(merge({ for x in distinct(["b", "10.1.0.0/16"]) : x => upper(x) }, merge(local.l1, { k1 = var.v0 }))))
    a1 = tomap({ k1 = "ü", "k 2" = "ü" })
    a2 = [for x in concat(try(["10.1.0.0/16", "b", "ü"], []), var.v3) : upper(x)]
    a3 = toset([for x in var.v3 : lower(x)])
    a4 = setunion(var.v4, setintersection(toset(keys(var.v5)), toset(["x-y"])))
    a5 = abs(ceil((7 % 4)))
}

resource "descope_management_key" "k1" {
    a0 = toset([for x in [for x in slice(concat([], ["1", "2"]), 0, 2) : "${x}!" if x != "b"] : lower(x)])
    a1 = (7 % 4)
    a2 = local.l3
    a3 = cidrsubnets("10.1.0.0/16", 4, 8)
    a4 = 1893456000
    a5 = toset(["b", "x-y"])
}

resource "descope_management_key" "k2" {
  for_each = tomap({ a = nonsensitive("a"), b = title("a") })
    a0 = { for k, v in { for x in distinct([each.key, each.key]) : x => upper(x) } : "${k}!" => v if v != "a" }
    a1 = merge(merge(zipmap(keys(var.v5), values(tomap({ k1 = "x-y", "k 2" = "ü" }))), { k1 = "n${var.v1}" }), { for k, v in { for x in distinct(var.v3) : x => upper(x) } : "${k}!" => v if v != "a" })
    a2 = split("-", "c")
    a3 = tomap({ k1 = "prod", "k 2" = "a" })
    a4 = concat(concat(distinct(concat(var.v3, [each.key])), ["prod"]), [substr(one([var.v0]), 0, 2)])
    a5 = { for x in distinct(concat(coalescelist(var.v3, ["d"]), [each.key])) : x => upper(x) }
}

resource "descope_management_key" "k3" {
  for_each = toset([for x in flatten([var.v3, ["prod"], [[var.v0]]]) : lower(x)])
    a0 = setintersection(setsubtract(toset(["x-y", "a"]), setintersection(var.v4, var.v4)), setunion(setsubtract(var.v4, toset(["ü", "a"])), toset(keys(tomap({ k1 = "Staging", "k 2" = "b" })))))
    a1 = abs(ceil(length(each.key)))
    a2 = (contains(toset(keys(local.l1)), "a") && ((7 / 2) >= try(tonumber(each.value), var.v1)))
    a3 = local.l3
    a4 = floor(length(formatlist("%s-z", var.v3)))
    a5 = length(setintersection(toset(var.v3), toset([for x in var.v3 : lower(x)])))
}
