variable "v0" {
  type    = string
  default = "x-y"
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
  default = ["a"]
}

variable "v4" {
  type    = set(string)
  default = ["prod", "x-y", "Staging"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "prod", "k 2" = "prod" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = setsubtract(toset(split("-", "x-y")), var.v4)
  l1 = sum([min(index(["p", "q"], "q"), 1, 3), var.v1])
  l2 = { for k, v in zipmap(keys(merge(var.v5, tomap({ k1 = "c", "k 2" = "a" }))), values(merge(tomap({ k1 = "prod", "k 2" = "b" }), var.v5))) : "${k}!" => v if v != "a" }
  l3 = var.v0
  l4 = toset(["a", "b", "10.1.0.0/16"])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset([for x in var.v3 : lower(x)])
    a0 = reverse(var.v3)
    a1 = toset([])
    a2 = (try(tonumber(local.l3), local.l1) < (7 / 2))
    a3 = { for k, v in merge(merge(tomap({ k1 = "a", "k 2" = "10.1.0.0/16" }), local.l2), { k1 = local.l3 }) : "${k}!" => v if v != "a" }
    a4 = var.v2
    a5 = zipmap(keys(var.v5), values(local.l2))
}

resource "descope_management_key" "k1" {
  for_each = merge(merge(var.v5, local.l2), merge(tomap({ k1 = "x-y", "k 2" = "a" }), tomap({ k1 = "c", "k 2" = "x-y" })))
    a0 = merge(merge(merge(local.l2, tomap({ k1 = "10.1.0.0/16", "k 2" = "a" })), { for x in distinct(["x-y", "b", "prod"]) : x => upper(x) }), tomap({ k1 = "x-y", "k 2" = "ü" }))
    a1 = toset(["a", "10.1.0.0/16"])
    a2 = var.v3
    a3 = length(try(local.l2["absent"], each.value))
    a4 = ((min(local.l1, (var.v2 ? var.v1 : var.v1), 3)) >= ceil(2))
    a5 = tonumber("12")
}

resource "descope_management_key" "k2" {
  count = 1
    a0 = setunion(toset([for k, v in var.v5 : "${k}:${v}"]), toset([]))
    a1 = ((length(setsubtract(local.l4, ["a"])[*]) != local.l1) && (contains(var.v3, local.l3) || var.v2))
    a2 = slice(concat(([(true ? var.v0 : "10.1.0.0/16")]), ["1", "2"]), 0, 2)
    a3 = tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" })
    a4 = toset([var.v0])
    a5 = length(local.l2)
}

resource "descope_management_key" "k3" {
    a0 = [for x in try(sort(var.v3), []) : upper(x)]
    a1 = min(length("n${var.v1}"), (7 / 2), 3)
    a2 = setunion(setsubtract(setsubtract(local.l4, local.l0), setintersection(local.l4, local.l4)), setsubtract(setunion(local.l4, local.l0), toset(["ü"])))
    a3 = "%{ if ([for x in var.v4 : x] == [for i, x in var.v3 : "${i}=${x}"]) }yes ${coalesce(join(", ", var.v3), "d")}%{ else }no%{ endif }"
    a4 = [lookup(merge(var.v5, tomap({ k1 = "c", "k 2" = "x-y" })), "k1", title("x-y"))]
    a5 = tonumber("12")
}

module "m" {
  source = "./m"
  texts  = sort(tolist(toset(["Staging"])))
  text   = nonsensitive(trimprefix(local.l3, "x-"))
}
