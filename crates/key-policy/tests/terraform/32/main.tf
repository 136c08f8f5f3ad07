variable "v0" {
  type    = string
  default = "prod"
}

variable "v1" {
  type    = number
  default = 3.5
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["10.1.0.0/16", "b"]
}

variable "v4" {
  type    = set(string)
  default = ["x-y"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "a", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = anytrue([true])
  l1 = [for x in [tostring(var.v1), keys({ k = var.v0 })[0]] : upper(x)]
  l2 = endswith("10.1.0.0/16", "d")
  l3 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
  l4 = toset(keys(tomap({ k1 = "Staging", "k 2" = "b" })))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = tomap({ a = format("%s/%03d", "10.1.0.0/16", 7), b = substr(local.l3, 0, 2) })
    a0 = [jsonencode(concat(local.l1, local.l1)), "%{ for x in concat(var.v3, ["Staging"]) }<${x}>%{ endfor }"]
    a1 = (basename("/x/${element(sort(concat(var.v3, ["m"])), 0)}") == upper("${local.l3}-${var.v0}"))
    a2 = slice(concat(values({ for k, v in tomap({ k1 = "b", "k 2" = "c" }) : "${k}!" => v if v != "a" }), ["1", "2"]), 0, 2)
    a3 = strcontains("prod", "o")
    a4 = startswith("10.1.0.0/16", "a")
    a5 = element(concat([for x in setsubtract(var.v4, ["a"])[*] : "${x}!" if x != "b"], [trimsuffix(format("%s/%03d", "prod", 7), "g")]), 0)
}

resource "descope_management_key" "k1" {
  for_each = setunion(setintersection(local.l4, local.l4), toset(["prod", "ü"]))
    a0 = var.v2
    a1 = -((0 + abs(var.v1)))
    a2 = var.v2
    a3 = length(tolist([lower(each.key), split("/", "a/${var.v0}")[0]]))
    a4 = parseint("1f", 16)
    a5 = coalescelist(formatlist("%s-z", split("-", local.l3)), ["d"])
}

resource "descope_management_key" "k2" {
  for_each = var.v5
    a0 = [for x in reverse(var.v3) : "${x}!" if x != "b"]
    a1 = toset([])
    a2 = setunion(var.v4, toset(keys(merge(var.v5, tomap({ k1 = "c", "k 2" = "b" })))))
    a3 = length(zipmap(keys(tomap({ k1 = "c", "k 2" = "prod" })), values(merge(tomap({ k1 = "Staging", "k 2" = "prod" }), tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" })))))
    a4 = toset(keys((alltrue([true, false]) ? { for k, v in tomap({ k1 = "prod", "k 2" = "prod" }) : "${k}!" => v if v != "a" } : (local.l0 ? var.v5 : tomap({ k1 = "x-y", "k 2" = "x-y" })))))
    a5 = keys(merge(var.v5, { k1 = "%{ if var.v2 }yes ${"ü"}%{ else }no%{ endif }" }))
}

resource "descope_management_key" "k3" {
  for_each = var.v4
    a0 = (formatlist("%s-z", cidrsubnets("10.1.0.0/16", 4, 8)) == [])
    a1 = element(concat(["prod", "Staging"], [jsonencode({ t = jsonencode(local.l1), n = max(2, var.v1), b = (var.v2 && false) })]), 0)
    a2 = length(setunion(toset(keys(var.v5)), setintersection(var.v4, local.l4)))
    a3 = (length(setsubtract(local.l4, ["a"])[*]) != (var.v1 - 1)) ? var.v5 : (alltrue([var.v2, local.l0]) ? merge(var.v5, var.v5) : merge(tomap({ k1 = "x-y", "k 2" = "prod" }), { k1 = local.l3 }))
    a4 = tomap({ a = split("/", "a/${split("/", "a/${each.key}")[0]}")[0], b = "Staging" })
    a5 = length(zipmap(keys(var.v5), values(merge(tomap({ k1 = "c", "k 2" = "b" }), { k1 = var.v0 }))))
}
