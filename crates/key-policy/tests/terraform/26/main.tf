variable "v0" {
  type    = string
  default = "ü"
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
  default = ["x-y", "ü", "b"]
}

variable "v4" {
  type    = set(string)
  default = ["Staging", "a"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "x-y", "k 2" = "a" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = tomap({ k1 = "prod", "k 2" = "x-y" })
  l1 = (-((7 / 2)) + floor(length(var.v0)))
  l2 = toset([for x in tolist(setintersection(var.v4, var.v4)) : lower(x)])
  l3 = [{ n = lower(formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))) }, { n = var.v0 }][*].n
  l4 = alltrue([((var.v1 - local.l1) < length(var.v4)), ((var.v1 >= local.l1) || alltrue([var.v2, var.v2]))])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = tomap({ a = one([var.v0]), b = "%{ if var.v2 }yes ${var.v0}%{ else }no%{ endif }" })
    a0 = tostring(index(["p", "q"], "q"))
    a1 = try(tonumber(keys({ k = title(var.v0) })[0]), var.v1)
    a2 = tomap({ a = substr(concat(local.l3, [each.value, "z"])[1], 0, 2), b = "b" })
    a3 = trim({ a = try(tomap({ k1 = "b", "k 2" = "ü" })["absent"], var.v0), b = element(sort(concat(var.v3, ["m"])), 0) }.a, "ab")
    a4 = jsonencode({ t = each.key, n = abs(length(["b", "ü"])), b = var.v2 })
    a5 = split("/", "a/${var.v0}")[0]
}

resource "descope_management_key" "k1" {
  for_each = toset([for x in var.v3 : lower(x)])
    a0 = var.v0
    a1 = toset([for x in [format("%s/%03d", var.v0, 7), try(var.v5["absent"], var.v0)] : lower(x)])
    a2 = startswith(coalesce(null, coalesce("10.1.0.0/16", "d")), "a")
    a3 = local.l1
    a4 = toset(keys(tomap({ a = lower(each.value), b = basename("/x/${var.secret}") })))
    a5 = strcontains({ a = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")), b = "%{ for x in local.l3 }<${x}>%{ endfor }" }.a, "o")
}

resource "descope_management_key" "k2" {
    a0 = basename("/x/${"${try(var.v5["absent"], var.v0)}-${trimspace("  ${"10.1.0.0/16"} ")}"}")
    a1 = var.v2
    a2 = floor(ceil(abs(1)))
    a3 = []
    a4 = one([try(merge(local.l0, { k1 = var.v0 })["absent"], var.secret)])
    a5 = merge(tomap({ a = split("/", "a/${var.v0}")[0], b = "10.1.0.0/16" }), { k1 = split("/", "a/${formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))}")[0] })
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = range(4)[2]
    a1 = anytrue([alltrue([local.l4, local.l4])]) ? (merge(zipmap(keys(local.l0), values(var.v5)), (var.v2 ? local.l0 : tomap({ k1 = "ü", "k 2" = "prod" })))) : (tomap({ a = coalesce(null, terraform_data.seed.id), b = (true ? var.v0 : var.v0) }))
    a2 = "%{ if local.l4 }yes ${var.v0}%{ else }no%{ endif }"
    a3 = setunion(toset([for x in flatten([local.l3, [var.v0], [[var.v0]]]) : lower(x)]), setunion(setintersection(var.v4, toset(["c"])), toset([for x in ["c", "b", "x-y"] : lower(x)])))
    a4 = index(["p", "q"], "q")
    a5 = keys(var.v5)
}

module "m" {
  source = "./m"
  texts  = var.v3
  text   = tostring(length(local.l0))
}
