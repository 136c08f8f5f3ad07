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
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["prod"]
}

variable "v4" {
  type    = set(string)
  default = ["prod"]
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
  l0 = (7 / 2)
  l1 = nonsensitive(coalesce(null, "b"))
  l2 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
  l3 = contains(toset(keys(var.v5)), "a")
  l4 = setintersection(toset(["ü", "Staging", "ü"]), setunion(toset(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "a" }))), setsubtract(var.v4, var.v4)))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = tomap({ a = cidrsubnet("10.0.0.0/8", 8, length(var.v3)), b = tostring(var.v1) })
    a0 = (length([for i, x in [local.l1] : "${i}=${x}"]) != var.v1)
    a1 = zipmap(keys(tomap({ a = cidrhost("10.2.0.0/16", 5), b = { a = local.l1, b = "prod" }.a })), values((merge((false ? var.v5 : tomap({ k1 = "x-y", "k 2" = "c" })), tomap({ k1 = "b", "k 2" = "b" })))))
    a2 = cidrsubnet("10.0.0.0/8", 8, length(["c"]))
    a3 = { for x in distinct(concat(cidrsubnets("10.1.0.0/16", 4, 8), coalescelist(var.v3, ["d"]))) : x => upper(x) }
    a4 = lower(trimsuffix(lower("c"), "g"))
    a5 = zipmap(keys(var.v5), values((can(var.v5["k1"]) ? zipmap(keys(tomap({ k1 = "x-y", "k 2" = "ü" })), values(tomap({ k1 = "x-y", "k 2" = "x-y" }))) : zipmap(keys(var.v5), values(tomap({ k1 = "prod", "k 2" = "ü" }))))))
}

resource "descope_management_key" "k1" {
    a0 = setunion(var.v4, setsubtract(setsubtract(var.v4, local.l4), toset(keys(tomap({ k1 = "c", "k 2" = "a" })))))
    a1 = local.l3
    a2 = abs((7 % 4))
    a3 = merge(merge(zipmap(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "b" })), values(var.v5)), { for k, v in var.v5 : "${k}!" => v if v != "a" }), { k1 = trimprefix(formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")), "x-") })
    a4 = { for k, v in merge(merge(tomap({ k1 = "Staging", "k 2" = "x-y" }), var.v5), { k1 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) }) : "${k}!" => v if v != "a" }
    a5 = contains(toset(keys(var.v5)), "a") ? var.v1 : -4
}

resource "descope_management_key" "k2" {
  for_each = merge(merge(var.v5, var.v5), { k1 = local.l2 })
    a0 = slice(concat([upper(local.l1), nonsensitive("b")], ["1", "2"]), 0, 2)
    a1 = index(["p", "q"], "q")
    a2 = element(sort(concat(concat(compact([local.l2, "", local.l1]), ["a"]), ["m"])), 0)
    a3 = replace(element(concat(keys(var.v5), [element(sort(concat(var.v3, ["m"])), 0)]), 0), "a", "o")
    a4 = var.secret
    a5 = values({ for k, v in merge(var.v5, { k1 = local.l1 }) : "${k}!" => v if v != "a" })
}

resource "descope_management_key" "k3" {
  for_each = setintersection(setunion(local.l4, toset(["ü", "10.1.0.0/16"])), setintersection(var.v4, local.l4))
    a0 = tomap({ a = format("%s %v", strrev(local.l1), length(toset(["Staging"]))), b = terraform_data.seed.id })
    a1 = var.v3
    a2 = coalesce(null, concat([for x in var.v3 : "${x}!" if x != "b"], [join(", ", ["prod"]), "z"])[1])
    a3 = contains(toset([for x in [for i, x in var.v3 : "${i}=${x}"] : lower(x)]), "a")
    a4 = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
    a5 = toset(["ü", "x-y", "prod"])
}

module "m" {
  source = "./m"
  texts  = distinct(concat([for i, x in var.v3 : "${i}=${x}"], [element(concat(var.v3, [local.l1]), 0)]))
  text   = format("%s/%03d", element(sort(concat(var.v3, ["m"])), 0), 7)
}
