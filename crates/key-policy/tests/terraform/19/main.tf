variable "v0" {
  type    = string
  default = "a"
}

variable "v1" {
  type    = number
  default = 1
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["prod", "b"]
}

variable "v4" {
  type    = set(string)
  default = ["b"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "prod" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = ((7 / 2) - 2)
  l1 = zipmap(keys(var.v5), values((merge((var.v2 ? var.v5 : var.v5), { k1 = "Staging" }))))
  l2 = toset(var.v3)
  l3 = toset(["b"])
  l4 = toset(keys(((local.l0 >= local.l0) ? tomap({ a = var.v0, b = var.v0 }) : tomap({ a = var.v0, b = "x-y" }))))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset(["prod", "10.1.0.0/16", "c"])
    a0 = 2
    a1 = max(abs((1 * 2)), ceil(ceil(local.l0)))
    a2 = split("-", format("%s %v", cidrhost("10.2.0.0/16", 5), local.l0))
    a3 = tomap({ a = jsonencode({ t = trimsuffix(each.key, "g"), n = try(tonumber("ü"), local.l0), b = strcontains(var.v0, "o") }), b = each.key })
    a4 = (alltrue([(local.l0 >= 0), var.v2]) || (true && (false || var.v2)))
    a5 = join(", ", keys(var.v5))
}

resource "descope_management_key" "k1" {
  for_each = var.v4
    a0 = contains(toset(keys(tomap({ a = each.value, b = "Staging" }))), "a")
    a1 = ((can(var.v5["k1"]) ? sum([local.l0, 1]) : length(var.v0)) < 1893456000)
    a2 = [for x in toset(["c", "10.1.0.0/16", "10.1.0.0/16"]) : x]
    a3 = var.v2
    a4 = var.v1
    a5 = min(max(-(local.l0), -4), length(cidrhost("10.2.0.0/16", 5)), 3)
}

resource "descope_management_key" "k2" {
    a0 = tolist([coalesce(null, var.v0), element(sort(concat([], ["m"])), 0)])
    a1 = { for x in distinct(tolist(setunion(toset(["a"]), toset(["a", "c"])))) : x => upper(x) }
    a2 = toset([for x in keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }) : lower(x)])
    a3 = ["a"]
    a4 = { for x in distinct([{ n = "n${var.v1}" }, { n = format("%s/%03d", var.v0, 7) }][*].n) : x => upper(x) }
    a5 = (index(["p", "q"], "q") >= -(min(2, var.v1, 3)))
}

resource "descope_management_key" "k3" {
  for_each = merge(zipmap(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "c" })), values(tomap({ k1 = "Staging", "k 2" = "c" }))), merge(local.l1, { k1 = var.v0 }))
    a0 = replace(each.key, "a", "o")
    a1 = nonsensitive(formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")))
    a2 = { for x in distinct(concat(distinct(concat(var.v3, [each.value])), ["%{ if var.v2 }yes ${each.value}%{ else }no%{ endif }"])) : x => upper(x) }
    a3 = local.l0
    a4 = alltrue([((length(var.v3) != local.l0) && ("10.1.0.0/16" == "ü")), (length(["x-y"]) >= try(tonumber(each.value), -4))])
    a5 = var.v4
}
