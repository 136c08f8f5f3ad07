variable "v0" {
  type    = string
  default = "b"
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
  default = []
}

variable "v4" {
  type    = set(string)
  default = ["10.1.0.0/16"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "Staging", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = trimsuffix("${trimsuffix(var.v0, "g")}-${"prod"}", "g")
  l1 = ((index(["p", "q"], "q") + length(var.v3)) >= parseint("1f", 16))
  l2 = var.v0
  l3 = var.v3
  l4 = (sum([var.v1, min(-4, var.v1, 3)]) * 2)
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 0
    a0 = [for x in ["Staging", "c"] : upper(x)]
    a1 = alltrue([startswith("%{ if local.l1 }yes ${terraform_data.seed.id}%{ else }no%{ endif }", "a"), contains(values(var.v5), title(local.l2))])
    a2 = (sum([(7 / 2), ceil(-4)]) + (7 / 2))
    a3 = zipmap(keys(((local.l4 < var.v1) ? merge(tomap({ k1 = "b", "k 2" = "b" }), { k1 = local.l0 }) : zipmap(keys(tomap({ k1 = "c", "k 2" = "a" })), values(var.v5)))), values(merge(merge(tomap({ k1 = "c", "k 2" = "ü" }), var.v5), { k1 = strrev("10.1.0.0/16") })))
    a4 = length(sort(local.l3))
    a5 = [local.l2, lower(element(concat(["a", "x-y"], ["c"]), 0))]
}

resource "descope_management_key" "k1" {
  count = 0
    a0 = (7 % 4)
    a1 = cidrsubnet("10.0.0.0/8", 8, length(["ü", "a", "ü"]))
    a2 = sort(var.v3)
    a3 = tomap({ a = nonsensitive(trimsuffix("c", "g")), b = cidrsubnet("10.0.0.0/8", 8, length(["x-y"])) })
    a4 = compact([join(", ", tolist(toset(["b", "prod", "ü"]))), "", trimspace("  ${format("%s %v", var.v0, 1)} ")])
    a5 = one([element(sort(concat([terraform_data.seed.id, local.l2], ["m"])), 0)])
}

resource "descope_management_key" "k2" {
    a0 = local.l0
    a1 = can(zipmap(keys(merge(var.v5, var.v5)), values(merge(var.v5, var.v5)))["k1"])
    a2 = format("%s %v", cidrsubnet("10.0.0.0/8", 8, length(setsubtract(var.v4, ["a"])[*])), ((7 / 2) - tonumber("12")))
    a3 = ([for x in values(tomap({ k1 = "10.1.0.0/16", "k 2" = "ü" })) : upper(x)] == (values((local.l1 ? tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" }) : tomap({ k1 = "10.1.0.0/16", "k 2" = "b" })))))
    a4 = local.l4
    a5 = setunion(var.v4, var.v4)
}

resource "descope_management_key" "k3" {
  for_each = setunion(var.v4, setintersection(var.v4, var.v4))
    a0 = setsubtract(toset(["b"]), ["a"])[*]
    a1 = { for k, v in (merge((local.l1 ? tomap({ k1 = "10.1.0.0/16", "k 2" = "c" }) : tomap({ k1 = "prod", "k 2" = "x-y" })), tomap({ a = "x-y", b = local.l0 }))) : "${k}!" => v if v != "a" }
    a2 = "n${(7 / 2)}"
    a3 = toset(keys({ for x in distinct(coalescelist(var.v3, ["d"])) : x => upper(x) }))
    a4 = merge(tomap({ a = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")), b = concat(["Staging"], [each.value, "z"])[1] }), ({ for k, v in (local.l1 ? var.v5 : tomap({ k1 = "x-y", "k 2" = "x-y" })) : "${k}!" => v if v != "a" }))
    a5 = local.l3
}

module "m" {
  source = "./m"
  texts  = local.l3
  text   = element(sort(concat(["ü", "a"], ["m"])), 0)
}
