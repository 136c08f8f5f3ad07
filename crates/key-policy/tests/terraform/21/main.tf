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
  default = ["x-y"]
}

variable "v4" {
  type    = set(string)
  default = ["a", "b"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "a", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = merge(((var.v3 == var.v3) ? merge(var.v5, var.v5) : var.v5), { k1 = trimspace("  ${"${var.v0}-${var.v0}"} ") })
  l1 = basename("/x/${trim(trim("prod", "ab"), "ab")}")
  l2 = length([for k, v in merge(tomap({ k1 = "Staging", "k 2" = "b" }), local.l0) : "${k}:${v}"])
  l3 = toset([for x in [{ n = "a" }, { n = concat(var.v3, [var.v0, "z"])[1] }][*].n : lower(x)])
  l4 = var.v2
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = merge((local.l4 ? var.v5 : var.v5), tomap({ a = local.l1, b = "a" }))
    a0 = [for i, x in concat(var.v3, [each.key, "Staging"]) : "${i}=${x}"]
    a1 = ((local.l4 && local.l4) && can(local.l0["k1"])) ? floor(max(var.v1, 2)) : length([for x in [] : upper(x)])
    a2 = length(zipmap(keys(zipmap(keys(local.l0), values(tomap({ k1 = "c", "k 2" = "ü" })))), values(local.l0)))
    a3 = { for x in distinct(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "prod" }))) : x => upper(x) }
    a4 = one([lookup(tomap({ k1 = "c", "k 2" = "x-y" }), "k1", format("%s/%03d", "Staging", 7))])
    a5 = basename("/x/${formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))}")
}

resource "descope_management_key" "k1" {
    a0 = { for k, v in zipmap(keys(merge(tomap({ k1 = "b", "k 2" = "prod" }), tomap({ k1 = "10.1.0.0/16", "k 2" = "c" }))), values(zipmap(keys(tomap({ k1 = "Staging", "k 2" = "Staging" })), values(var.v5)))) : "${k}!" => v if v != "a" }
    a1 = !can(var.v5["k1"])
    a2 = ceil(-(floor(0)))
    a3 = endswith("a", "d")
    a4 = join(", ", values(merge(local.l0, tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" }))))
    a5 = merge({ for k, v in zipmap(keys(local.l0), values(var.v5)) : "${k}!" => v if v != "a" }, tomap({ a = basename("/x/${var.v0}"), b = "n${1}" }))
}

resource "descope_management_key" "k2" {
  for_each = setsubtract(toset([for x in ["prod", "c"] : lower(x)]), toset([]))
    a0 = var.v0
    a1 = contains(toset(keys(merge(var.v5, tomap({ k1 = "x-y", "k 2" = "a" })))), "a")
    a2 = tomap({ a = trimspace("  ${nonsensitive("c")} "), b = keys({ k = format("%s %v", each.key, local.l2) })[0] })
    a3 = sum([range(4)[2], floor(local.l2)])
    a4 = length(format("%s/%03d", "%{ if local.l4 }yes ${local.l1}%{ else }no%{ endif }", 7))
    a5 = local.l2
}

resource "descope_management_key" "k3" {
  for_each = toset(keys(tomap({ a = "10.1.0.0/16", b = local.l1 })))
    a0 = anytrue([(range(4)[2] < var.v1)])
    a1 = setsubtract(setunion(setsubtract(var.v4, local.l3), toset(var.v3)), toset(["Staging", "a", "c"]))
    a2 = local.l0
    a3 = setsubtract(setunion(toset(var.v3), toset([for x in var.v3 : lower(x)])), toset([for x in [{ n = each.value }, { n = var.v0 }][*].n : lower(x)]))
    a4 = setsubtract(toset(["c", "ü", "10.1.0.0/16"]), (toset(keys((local.l4 ? var.v5 : tomap({ k1 = "prod", "k 2" = "prod" }))))))
    a5 = { for x in distinct(reverse(split("-", "c"))) : x => upper(x) }
}
