variable "v0" {
  type    = string
  default = "a"
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
  default = ["prod"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "a", "k 2" = "ü" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
  l1 = ((var.v1 >= (var.v1 + var.v1)) && ([var.v0] == keys(var.v5)))
  l2 = var.v3
  l3 = (length(tomap({ k1 = "a", "k 2" = "b" })) < var.v1)
  l4 = local.l0
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset(keys(merge(var.v5, var.v5)))
    a0 = [for x in keys(merge(var.v5, { k1 = var.v0 })) : "${x}!" if x != "b"]
    a1 = "${lookup({ for k, v in tomap({ k1 = "a", "k 2" = "x-y" }) : "${k}!" => v if v != "a" }, "k1", one(["Staging"]))}-${jsonencode([each.value, "a"])}"
    a2 = [for x in ["b", "Staging"] : upper(x)]
    a3 = formatlist("%s-z", concat(local.l4, [var.v0]))
    a4 = anytrue([(var.v1 >= 1893456000)]) ? tomap({ a = var.v0, b = var.v0 }) : { for x in distinct(keys(var.v5)) : x => upper(x) }
    a5 = toset(keys({ for k, v in merge(var.v5, { k1 = each.key }) : "${k}!" => v if v != "a" }))
}

resource "descope_management_key" "k1" {
  for_each = var.v4
    a0 = strcontains(var.secret, "o")
    a1 = compact([each.key, "", cidrhost("10.2.0.0/16", 5)])
    a2 = tomap({ a = nonsensitive(split("/", "a/${var.secret}")[0]), b = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) })
    a3 = basename("/x/${basename("/x/${trimspace("  ${var.v0} ")}")}")
    a4 = "n${try(tonumber(trim("b", "ab")), try(tonumber(var.v0), var.v1))}"
    a5 = setunion(toset([]), toset([for x in [each.value, each.key] : lower(x)]))
}

resource "descope_management_key" "k2" {
  for_each = { for k, v in { for k, v in var.v5 : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" }
    a0 = setintersection(toset([for x in cidrsubnets("10.1.0.0/16", 4, 8) : lower(x)]), setunion(var.v4, toset(keys(tomap({ k1 = "prod", "k 2" = "ü" })))))
    a1 = strcontains(jsonencode({ t = coalesce(each.value, "d"), n = try(tonumber(each.key), var.v1), b = !true }), "o")
    a2 = floor(-(index(["p", "q"], "q")))
    a3 = contains(setintersection(toset([for x in [] : lower(x)]), setintersection(var.v4, toset(["ü", "a", "a"]))), "a")
    a4 = "${"c"}-${var.v0}"
    a5 = (length([each.value, each.value]) != (7 / 2))
}

resource "descope_management_key" "k3" {
    a0 = ["x-y", basename("/x/${coalesce(null, "b")}")]
    a1 = setintersection(setunion(toset(local.l4), toset([for x in local.l4 : lower(x)])), toset([for x in split("-", var.v0) : lower(x)]))
    a2 = lower(nonsensitive(join(", ", local.l4)))
    a3 = (length(tomap({ k1 = "Staging", "k 2" = "Staging" })) < -(floor(var.v1)))
    a4 = (contains(local.l4, var.v0) || (var.v1 >= 2)) ? var.v5 : merge(merge(var.v5, { k1 = var.v0 }), merge(var.v5, { k1 = "a" }))
    a5 = ([{ n = var.v0 }, { n = "prod" }][*].n == [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]) ? merge({ for x in distinct(local.l0) : x => upper(x) }, { k1 = "%{ if var.v2 }yes ${"x-y"}%{ else }no%{ endif }" }) : var.v5
}
