variable "v0" {
  type    = string
  default = "b"
}

variable "v1" {
  type    = number
  default = -4
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["c"]
}

variable "v4" {
  type    = set(string)
  default = ["ü", "Staging"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "prod", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = toset(keys({ for k, v in { for x in distinct(var.v3) : x => upper(x) } : "${k}!" => v if v != "a" }))
  l1 = ["%{ if anytrue([var.v2]) }yes ${"%{ if var.v2 }yes ${var.v0}%{ else }no%{ endif }"}%{ else }no%{ endif }", lookup({ for x in distinct(var.v3) : x => upper(x) }, "k1", element(concat(["10.1.0.0/16", "10.1.0.0/16"], [var.v0]), 0))]
  l2 = toset([for x in [for i, x in [for k, v in var.v5 : "${k}:${v}"] : "${i}=${x}"] : lower(x)])
  l3 = [lower(lookup(var.v5, "k1", var.v0)), var.v0]
  l4 = var.v5
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = strcontains(var.v0, "o") ? var.v5 : tomap({ a = var.v0, b = "x-y" })
    a0 = !contains(toset(local.l3), "a")
    a1 = tostring(range(4)[2])
    a2 = contains(setintersection(setunion(toset([]), local.l0), setintersection(toset([]), local.l0)), "a")
    a3 = formatlist("%s-z", concat(setsubtract(var.v4, ["a"])[*], [each.value, each.value]))
    a4 = var.v2
    a5 = concat((!true ? (false ? local.l3 : var.v3) : var.v3), [cidrhost("10.2.0.0/16", 5)])
}

resource "descope_management_key" "k1" {
  count = 1
    a0 = endswith(((var.v2 || var.v2) ? jsonencode({ t = var.v0, n = 2, b = var.v2 }) : format("%s %v", "10.1.0.0/16", var.v1)), "d")
    a1 = -(ceil(parseint("1f", 16)))
    a2 = setunion(setsubtract(toset([for x in local.l3 : lower(x)]), setunion(local.l2, local.l0)), toset([for x in coalescelist(local.l1, ["d"]) : lower(x)]))
    a3 = ["10.1.0.0/16", "prod", "c"]
    a4 = trimprefix(lookup({ for x in distinct(local.l1) : x => upper(x) }, "k1", title("Staging")), "x-")
    a5 = merge({ for x in distinct(values(tomap({ k1 = "prod", "k 2" = "c" }))) : x => upper(x) }, { for x in distinct(cidrsubnets("10.1.0.0/16", 4, 8)) : x => upper(x) })
}

resource "descope_management_key" "k2" {
    a0 = values(tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" }))
    a1 = setintersection(setintersection(toset(["Staging"]), toset(local.l1)), setsubtract(setunion(toset([]), local.l0), toset(keys(local.l4))))
    a2 = tolist(toset(keys(zipmap(keys(var.v5), values(tomap({ k1 = "prod", "k 2" = "10.1.0.0/16" }))))))
    a3 = toset(keys(tomap({ a = { a = terraform_data.seed.id, b = terraform_data.seed.id }.a, b = format("%s %v", var.v0, 0) })))
    a4 = ((join(", ", local.l3) == split("/", "a/${"10.1.0.0/16"}")[0]) || ((7 / 2) >= try(tonumber(var.v0), var.v1)))
    a5 = strcontains(formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")), "o")
}

resource "descope_management_key" "k3" {
    a0 = range(4)[2]
    a1 = (length(slice(concat([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)], ["1", "2"]), 0, 2)) != (ceil(var.v1) * 2))
    a2 = floor(length(reverse(["c", "c", "ü"])))
    a3 = { for x in distinct([for k, v in merge(var.v5, tomap({ k1 = "a", "k 2" = "10.1.0.0/16" })) : "${k}:${v}"]) : x => upper(x) }
    a4 = merge((anytrue([var.v2]) ? tomap({ a = terraform_data.seed.id, b = var.v0 }) : tomap({ k1 = "ü", "k 2" = "b" })), { k1 = try(var.v5["absent"], coalesce(null, var.v0)) })
    a5 = min(range(4)[2], (((false ? 2 : var.v1) + (7 / 2))), 3)
}
