variable "v0" {
  type    = string
  default = "prod"
}

variable "v1" {
  type    = number
  default = 1893456000
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
  default = { k1 = "prod", "k 2" = "ü" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v4
  l1 = { for k, v in (merge((true ? tomap({ k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" }) : var.v5), { for x in distinct(var.v3) : x => upper(x) })) : "${k}!" => v if v != "a" }
  l2 = toset(keys({ for k, v in tomap({ a = var.v0, b = var.v0 }) : "${k}!" => v if v != "a" }))
  l3 = (-(length(var.v3)) < range(4)[2])
  l4 = { for k, v in tomap({ k1 = "x-y", "k 2" = "x-y" }) : "${k}!" => v if v != "a" }
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = setunion(var.v4, toset(keys(tomap({ k1 = "b", "k 2" = "prod" }))))
    a0 = var.v3
    a1 = var.v4
    a2 = (true || contains(toset(["10.1.0.0/16", "b"]), "a")) ? coalesce(jsonencode(var.v3), "d") : each.value
    a3 = var.v3
    a4 = (strcontains(cidrsubnet("10.0.0.0/8", 8, length(var.v3)), "o") && false)
    a5 = toset([for x in (("c" == "b") ? flatten([var.v3, [each.value], [["b"]]]) : [{ n = each.value }, { n = var.v0 }][*].n) : lower(x)])
}

resource "descope_management_key" "k1" {
    a0 = var.v0
    a1 = [{ n = coalesce(substr(var.v0, 0, 2), "d") }, { n = element(concat([], ["%{ for x in [] }<${x}>%{ endfor }"]), 0) }][*].n
    a2 = (7 / 2)
    a3 = can(var.v5["k1"])
    a4 = max((true ? length([]) : var.v1), min(0, try(tonumber(var.v0), var.v1), 3))
    a5 = var.v4
}

resource "descope_management_key" "k2" {
    a0 = min(length(nonsensitive(var.v0)), parseint("1f", 16), 3)
    a1 = sort(["ü"])
    a2 = local.l0
    a3 = title(title("${"10.1.0.0/16"}-${var.v0}"))
    a4 = [substr(format("%s %v", var.v0, var.v1), 0, 2), element(concat(tolist([var.v0, "ü"]), [concat(["10.1.0.0/16", "a", "prod"], [var.v0, "z"])[1]]), 0)]
    a5 = var.v2 ? zipmap(keys(merge(var.v5, { k1 = var.v0 })), values(zipmap(keys(var.v5), values(local.l4)))) : local.l4
}

resource "descope_management_key" "k3" {
  for_each = tomap({ k1 = "b", "k 2" = "c" })
    a0 = toset(sort(var.v3))
    a1 = length(keys({ k = trimprefix(var.v0, "x-") })[0])
    a2 = contains(toset([for x in var.v3 : lower(x)]), "a") ? var.v5 : tomap({ k1 = "c", "k 2" = "prod" })
    a3 = setintersection(setintersection(local.l0, setunion(toset([]), toset([]))), setunion(toset(var.v3), local.l0))
    a4 = contains(slice(concat(["ü", "c", "a"], ["1", "2"]), 0, 2), title(each.value)) ? (tomap({ a = (var.v2 ? each.value : "10.1.0.0/16"), b = format("%s %v", "prod", -4) })) : (("x-y" == each.value) ? { for k, v in tomap({ k1 = "x-y", "k 2" = "x-y" }) : "${k}!" => v if v != "a" } : var.v5)
    a5 = each.key
}

module "m" {
  source = "./m"
  texts  = [for x in ["c", terraform_data.seed.id] : upper(x)]
  text   = trimspace("  ${cidrsubnet("10.0.0.0/8", 8, length(var.v3))} ")
}
