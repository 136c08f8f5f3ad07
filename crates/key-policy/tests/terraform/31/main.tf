variable "v0" {
  type    = string
  default = "c"
}

variable "v1" {
  type    = number
  default = 1893456000
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
  default = ["b", "b", "c"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "a" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = setintersection(toset([for x in tolist(toset([])) : lower(x)]), setsubtract(setunion(toset(["10.1.0.0/16", "prod", "x-y"]), var.v4), setsubtract(var.v4, toset(["10.1.0.0/16", "a"]))))
  l1 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
  l2 = trimspace("  ${cidrsubnet("10.0.0.0/8", 8, length([{ n = var.v0 }, { n = "c" }][*].n))} ")
  l3 = var.v5
  l4 = var.v3
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = length(lookup(zipmap(keys(var.v5), values(var.v5)), "k1", upper("10.1.0.0/16")))
    a1 = 0
    a2 = tomap({ a = one([trimspace("  ${"c"} ")]), b = "10.1.0.0/16" })
    a3 = trimspace("  ${title(split("/", "a/${var.secret}")[0])} ")
    a4 = setintersection(setunion(setintersection(toset(["b"]), toset(["c"])), setunion(var.v4, local.l0)), toset(["Staging", "a"]))
    a5 = -((max(-4, var.v1) * 2))
}

resource "descope_management_key" "k1" {
  for_each = setunion(var.v4, toset(keys(local.l3)))
    a0 = slice(concat(reverse([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]), ["1", "2"]), 0, 2)
    a1 = min(index(["p", "q"], "q"), var.v1, 3)
    a2 = element(concat(flatten([concat(var.v3, var.v3), ["n${-4}"], [[jsonencode(["x-y", "10.1.0.0/16"])]]]), [var.v0]), 0)
    a3 = merge({ for k, v in zipmap(keys(local.l3), values(tomap({ k1 = "a", "k 2" = "prod" }))) : "${k}!" => v if v != "a" }, merge(local.l3, local.l3))
    a4 = local.l4
    a5 = setintersection(toset(keys({ for x in distinct(["ü", "Staging"]) : x => upper(x) })), toset(keys(var.v5)))
}

resource "descope_management_key" "k2" {
  for_each = tomap({ a = trimprefix(local.l2, "x-"), b = "c" })
    a0 = local.l1
    a1 = tomap({ a = one([element(concat(local.l4, [var.v0]), 0)]), b = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) })
    a2 = var.v1
    a3 = values(var.v5)
    a4 = keys((merge((var.v2 ? local.l3 : tomap({ k1 = "prod", "k 2" = "x-y" })), local.l3)))
    a5 = strrev(one([join(", ", var.v3)]))
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = strcontains(coalesce(cidrsubnet("10.0.0.0/8", 8, length(["a", "10.1.0.0/16", "a"])), "d"), "o")
    a1 = count.index
    a2 = contains(setsubtract(toset(keys(local.l3)), toset([for x in ["Staging"] : lower(x)])), "a")
    a3 = abs(count.index)
    a4 = merge(tomap({ k1 = "b", "k 2" = "c" }), { k1 = trimspace("  ${one([local.l1])} ") })
    a5 = index(["p", "q"], "q")
}
