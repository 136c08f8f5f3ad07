variable "v0" {
  type    = string
  default = "Staging"
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
  default = ["Staging", "10.1.0.0/16", "Staging"]
}

variable "v4" {
  type    = set(string)
  default = ["x-y", "x-y"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "x-y", "k 2" = "Staging" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v0
  l1 = [{ n = strrev(nonsensitive("c")) }, { n = "x-y" }][*].n
  l2 = merge(var.v5, merge({ for k, v in var.v5 : "${k}!" => v if v != "a" }, { k1 = "c" }))
  l3 = max((length(local.l1) * 2), (7 / 2))
  l4 = var.v3
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = setintersection(toset(keys(var.v5)), var.v4)
    a0 = distinct(concat(formatlist("%s-z", ["prod", "prod", "c"]), [local.l0]))
    a1 = contains(coalescelist([for k, v in var.v5 : "${k}:${v}"], ["d"]), cidrsubnet("10.0.0.0/8", 8, length(reverse([]))))
    a2 = var.v2
    a3 = endswith(each.value, "d")
    a4 = toset(keys(local.l2))
    a5 = toset(keys(merge(merge(tomap({ k1 = "b", "k 2" = "Staging" }), { k1 = "c" }), tomap({ k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" }))))
}

resource "descope_management_key" "k1" {
  for_each = toset([for x in setsubtract(var.v4, ["a"])[*] : lower(x)])
    a0 = (abs(sum([var.v1, var.v1])) < length(setsubtract(toset(["x-y"]), var.v4)))
    a1 = tomap({ k1 = "c", "k 2" = "a" })
    a2 = setsubtract(var.v4, setunion(setintersection(var.v4, toset(["10.1.0.0/16"])), toset(["Staging"])))
    a3 = merge(tomap({ a = keys({ k = each.value })[0], b = split("/", "a/${each.value}")[0] }), ({ for k, v in (true ? local.l2 : tomap({ k1 = "Staging", "k 2" = "a" })) : "${k}!" => v if v != "a" }))
    a4 = coalesce(null, basename("/x/${concat(local.l4, [var.v0, "z"])[1]}"))
    a5 = { for x in distinct(split("-", replace("prod", "a", "o"))) : x => upper(x) }
}

resource "descope_management_key" "k2" {
  for_each = merge({ for x in distinct(local.l4) : x => upper(x) }, zipmap(keys(local.l2), values(local.l2)))
    a0 = setunion(setintersection(toset([for x in local.l1 : lower(x)]), toset(keys(local.l2))), (toset([for x in (var.v2 ? var.v3 : local.l4) : lower(x)])))
    a1 = alltrue([!(["a", "b"] == ["Staging", "ü"]), (((true ? var.v1 : local.l3) >= (7 / 2)))])
    a2 = toset([for x in tolist([upper(var.v0), title("Staging")]) : lower(x)])
    a3 = toset(keys({ for x in distinct(["a"]) : x => upper(x) }))
    a4 = setunion(var.v4, toset(distinct(concat(["b"], [local.l0]))))
    a5 = setintersection(toset(var.v3), setintersection(toset(local.l1), toset(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "a" })))))
}

resource "descope_management_key" "k3" {
    a0 = try(tonumber(keys({ k = local.l0 })[0]), -4)
    a1 = { for x in distinct([for x in formatlist("%s-z", local.l4) : upper(x)]) : x => upper(x) }
    a2 = setunion(setintersection(toset(keys(var.v5)), toset(keys(local.l2))), toset(concat(local.l4, local.l4)))
    a3 = (!var.v2 && alltrue([var.v2, var.v2])) ? (abs((var.v2 ? var.v1 : var.v1))) : ((var.v1 - local.l3) + 0)
    a4 = var.v0
    a5 = merge(local.l2, tomap({ a = trimprefix(local.l0, "x-"), b = { a = var.v0, b = "b" }.a }))
}

module "m" {
  source = "./m"
  texts  = [for i, x in slice(concat(local.l1, ["1", "2"]), 0, 2) : "${i}=${x}"]
  text   = "n${try(tonumber("a"), -4)}"
}
