variable "v0" {
  type    = string
  default = "a"
}

variable "v1" {
  type    = number
  default = 2
}

variable "v2" {
  type    = bool
  default = false
}

variable "v3" {
  type    = list(string)
  default = ["ü", "a"]
}

variable "v4" {
  type    = set(string)
  default = ["b", "Staging", "b"]
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
  l0 = cidrsubnets("10.1.0.0/16", 4, 8)
  l1 = basename("/x/${"${trimprefix(var.v0, "x-")}-${trim(var.v0, "ab")}"}")
  l2 = var.v4
  l3 = substr(var.v0, 0, 2)
  l4 = (true && contains(var.v4, "a"))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = (length([for i, x in sort(var.v3) : "${i}=${x}"]) != ceil(index(["p", "q"], "q")))
    a1 = var.v5
    a2 = setsubtract(setunion(setsubtract(var.v4, local.l2), setsubtract(toset([]), local.l2)), setunion(var.v4, toset(keys(var.v5))))
    a3 = []
    a4 = var.v1
    a5 = "x-y"
}

resource "descope_management_key" "k1" {
  count = 0
    a0 = (!var.v2 && can(var.v5["k1"])) ? (max(count.index, 3.5) + ceil(-4)) : max(length(tomap({ k1 = "x-y", "k 2" = "10.1.0.0/16" })), range(4)[2])
    a1 = setunion(toset([for x in setsubtract(local.l2, ["a"])[*] : lower(x)]), setunion(local.l2, toset(keys(var.v5))))
    a2 = var.v5
    a3 = local.l0
    a4 = try(tonumber(element(concat([for x in local.l2 : x], ["ü"]), 0)), max(count.index, index(["p", "q"], "q")))
    a5 = merge(tomap({ a = cidrsubnet("10.0.0.0/8", 8, length(local.l0)), b = "${terraform_data.seed.id}-${local.l1}" }), merge(var.v5, { for x in distinct(var.v3) : x => upper(x) }))
}

resource "descope_management_key" "k2" {
  count = 1
    a0 = var.v5
    a1 = var.v5
    a2 = -4
    a3 = setintersection(setsubtract(setintersection(var.v4, local.l2), var.v4), toset(keys(var.v5)))
    a4 = "n${count.index}"
    a5 = local.l0
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = ((abs(count.index) * 2) < floor(max(count.index, count.index)))
    a1 = strcontains(coalesce(null, coalesce(null, local.l1)), "o")
    a2 = ["x-y", "a", "prod"]
    a3 = { for x in distinct(concat(split("-", var.secret), [trimprefix(var.v0, "x-")])) : x => upper(x) }
    a4 = zipmap(keys(({ for k, v in (true ? var.v5 : var.v5) : "${k}!" => v if v != "a" })), values({ for x in distinct(flatten([[], [var.secret], [[local.l1]]])) : x => upper(x) }))
    a5 = (((count.index >= count.index) || alltrue([false, false])) || (true && local.l4))
}

module "m" {
  source = "./m"
  texts  = local.l0
  text   = cidrsubnet("10.0.0.0/8", 8, length([for x in local.l0 : upper(x)]))
}
