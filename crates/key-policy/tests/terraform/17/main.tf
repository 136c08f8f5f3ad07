variable "v0" {
  type    = string
  default = "10.1.0.0/16"
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
  default = ["Staging", "a", "Staging"]
}

variable "v4" {
  type    = set(string)
  default = ["10.1.0.0/16"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "b", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v2
  l1 = var.v3
  l2 = [for x in setunion(toset([for x in var.v3 : lower(x)]), toset([for x in local.l1 : lower(x)])) : x]
  l3 = max(0, length(var.v5))
  l4 = formatlist("%s-z", [for x in local.l2 : "${x}!" if x != "b"])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = contains([strrev(var.v0), "%{ if var.v2 }yes ${var.v0}%{ else }no%{ endif }"], ((var.v2 && var.v2) ? formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) : basename("/x/${var.v0}")))
    a1 = { a = var.v0, b = format("%s/%03d", coalesce(null, var.v0), 7) }.a
    a2 = (try(concat([], ["Staging"]), []) == [for x in setunion(var.v4, var.v4) : x])
    a3 = var.v4
    a4 = var.v4
    a5 = true
}

resource "descope_management_key" "k1" {
    a0 = replace(coalesce(null, "%{ if false }yes ${var.v0}%{ else }no%{ endif }"), "a", "o")
    a1 = substr(var.secret, 0, 2)
    a2 = max(max(length(local.l4), 1), ceil(range(4)[2]))
    a3 = (var.v1 * 2)
    a4 = merge(var.v5, (merge((local.l0 ? var.v5 : var.v5), { k1 = "n${local.l3}" })))
    a5 = toset(keys((startswith(var.v0, "a") ? (true ? tomap({ k1 = "b", "k 2" = "prod" }) : var.v5) : { for x in distinct(var.v3) : x => upper(x) })))
}

resource "descope_management_key" "k2" {
  for_each = setsubtract(toset(keys(tomap({ k1 = "x-y", "k 2" = "a" }))), setintersection(toset([]), var.v4))
    a0 = element(sort(concat(reverse(values(var.v5)), ["m"])), 0)
    a1 = (index(["p", "q"], "q") < length(coalesce(each.value, "d")))
    a2 = strcontains("a", "o")
    a3 = setsubtract(toset(formatlist("%s-z", ["10.1.0.0/16", "Staging"])), (toset(keys((var.v2 ? var.v5 : var.v5)))))
    a4 = { for k, v in var.v5 : "${k}!" => v if v != "a" }
    a5 = { for k, v in (false ? var.v5 : zipmap(keys(var.v5), values(tomap({ k1 = "b", "k 2" = "ü" })))) : "${k}!" => v if v != "a" }
}

resource "descope_management_key" "k3" {
    a0 = var.v4
    a1 = ((length(coalescelist(var.v3, ["d"])) != (7 % 4)) || endswith(try(var.v5["absent"], var.v0), "d"))
    a2 = "10.1.0.0/16"
    a3 = values({ for k, v in { for k, v in var.v5 : "${k}!" => v if v != "a" } : "${k}!" => v if v != "a" })
    a4 = distinct(concat(formatlist("%s-z", local.l1), [basename("/x/${var.v0}")]))
    a5 = (abs((7 % 4)) >= local.l3)
}
