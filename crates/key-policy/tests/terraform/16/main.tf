variable "v0" {
  type    = string
  default = "c"
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
  default = ["ü"]
}

variable "v4" {
  type    = set(string)
  default = ["b", "10.1.0.0/16", "x-y"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "b", "k 2" = "b" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = coalesce(null, trim(format("%s %v", "x-y", var.v1), "ab"))
  l1 = tomap({ k1 = "ü", "k 2" = "b" })
  l2 = startswith(one([var.v0]), "a") ? zipmap(keys(tomap({ k1 = "Staging", "k 2" = "x-y" })), values({ for k, v in var.v5 : "${k}!" => v if v != "a" })) : ((var.v3 == var.v3) ? { for k, v in var.v5 : "${k}!" => v if v != "a" } : tomap({ k1 = "x-y", "k 2" = "x-y" }))
  l3 = merge((merge((true ? local.l1 : local.l2), { k1 = "%{ for x in [] }<${x}>%{ endfor }" })), local.l1)
  l4 = -(min(var.v1, -(var.v1), 3))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = merge(zipmap(keys(local.l1), values(local.l2)), merge(local.l2, local.l2))
    a0 = anytrue([(length(toset(["a"])) >= length(var.v3))])
    a1 = tonumber("12")
    a2 = tomap({ k1 = "x-y", "k 2" = "b" })
    a3 = setunion(toset(formatlist("%s-z", var.v3)), setsubtract(toset(keys(local.l3)), toset(keys(local.l2))))
    a4 = var.v4
    a5 = length(element(sort(concat([for x in var.v3 : upper(x)], ["m"])), 0))
}

resource "descope_management_key" "k1" {
  for_each = tomap({ k1 = "a", "k 2" = "c" })
    a0 = slice(concat([for x in formatlist("%s-z", var.v3) : upper(x)], ["1", "2"]), 0, 2)
    a1 = (try({ for x in distinct(var.v3) : x => upper(x) }["absent"], each.value) == var.v0)
    a2 = length(var.v3)
    a3 = coalescelist(concat(keys(var.v5), [{ n = local.l0 }, { n = "Staging" }][*].n), ["d"])
    a4 = sort([for x in [] : "${x}!" if x != "b"])
    a5 = try(tonumber("n${abs(var.v1)}"), -(index(["p", "q"], "q")))
}

resource "descope_management_key" "k2" {
  for_each = local.l3
    a0 = { for k, v in { for k, v in { for k, v in local.l1 : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" }
    a1 = (startswith("b", "a") && false)
    a2 = (1 >= (7 % 4))
    a3 = [for k, v in zipmap(keys({ for x in distinct(var.v3) : x => upper(x) }), values(tomap({ a = var.v0, b = var.secret }))) : "${k}:${v}"]
    a4 = slice(concat(cidrsubnets("10.1.0.0/16", 4, 8), ["1", "2"]), 0, 2)
    a5 = setsubtract(setunion(toset(keys(tomap({ k1 = "ü", "k 2" = "x-y" }))), toset(keys(var.v5))), setunion(setintersection(toset(["ü", "b", "prod"]), var.v4), setunion(var.v4, toset(["a", "Staging"]))))
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = substr({ a = trimspace("  ${"a"} "), b = { a = var.v0, b = "a" }.a }.a, 0, 2)
    a1 = ("%{ for x in formatlist("%s-z", []) }<${x}>%{ endfor }" == keys({ k = lookup(tomap({ k1 = "a", "k 2" = "b" }), "k1", local.l0) })[0])
    a2 = can(merge({ for k, v in local.l2 : "${k}!" => v if v != "a" }, tomap({ k1 = "10.1.0.0/16", "k 2" = "b" }))["k1"])
    a3 = !var.v2
    a4 = compact([split("/", "a/${substr(local.l0, 0, 2)}")[0], "", "%{ if var.v2 }yes ${upper(var.v0)}%{ else }no%{ endif }"])
    a5 = can((zipmap(keys(var.v5), values((var.v2 ? local.l2 : local.l2))))["k1"])
}
