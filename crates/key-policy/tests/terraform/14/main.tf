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
  default = ["b", "c"]
}

variable "v4" {
  type    = set(string)
  default = ["Staging", "x-y"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "b" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = coalescelist(["a"], ["d"])
  l1 = 1
  l2 = var.v2
  l3 = toset([for x in (keys((local.l2 ? var.v5 : var.v5))) : lower(x)])
  l4 = alltrue([(3.5 >= floor(var.v1)), (strcontains("prod", "o") && startswith("b", "a"))])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = startswith(coalesce(null, trimspace("  ${"Staging"} ")), "a")
    a1 = { for x in distinct(distinct(concat(try(var.v3, []), [var.v0]))) : x => upper(x) }
    a2 = setsubtract(toset(["b"]), toset([for x in tolist([var.v0, var.v0]) : lower(x)]))
    a3 = parseint("1f", 16)
    a4 = setsubtract(setsubtract(setsubtract(toset(["a"]), var.v4), setsubtract(local.l3, local.l3)), setintersection(toset([for x in local.l0 : lower(x)]), setsubtract(var.v4, toset(["prod", "a", "ü"]))))
    a5 = nonsensitive(var.v0)
}

resource "descope_management_key" "k1" {
  for_each = setunion(var.v4, setsubtract(var.v4, toset(["Staging"])))
    a0 = min(length(split("/", "a/${each.key}")[0]), length(merge(var.v5, var.v5)), 3)
    a1 = var.v0
    a2 = (try(tonumber(basename("/x/${each.value}")), try(tonumber(each.key), 2)) - local.l1)
    a3 = trimprefix((replace((true ? each.key : var.v0), "a", "o")), "x-")
    a4 = { for k, v in var.v5 : "${k}!" => v if v != "a" }
    a5 = merge({ for x in distinct(local.l0) : x => upper(x) }, merge({ for x in distinct(["x-y", "10.1.0.0/16", "ü"]) : x => upper(x) }, { k1 = "${each.key}-${var.v0}" }))
}

resource "descope_management_key" "k2" {
    a0 = toset(keys(merge(var.v5, { k1 = "b" })))
    a1 = [for i, x in local.l0 : "${i}=${x}"]
    a2 = -((length(var.v5) - -(var.v1)))
    a3 = local.l0
    a4 = strrev("prod")
    a5 = { for x in distinct(sort(var.v3)) : x => upper(x) }
}

resource "descope_management_key" "k3" {
  for_each = setintersection(setintersection(local.l3, toset(["Staging"])), toset([for x in ["Staging"] : lower(x)]))
    a0 = (ceil(local.l1) + range(4)[2])
    a1 = (length(try(local.l0, [])) != ceil(var.v1)) ? "${basename("/x/${each.key}")}-${lower("ü")}" : jsonencode({ t = trimspace("  ${each.value} "), n = local.l1, b = strcontains(each.value, "o") })
    a2 = (contains(toset(keys(var.v5)), "a") && (lower(each.key) == trimprefix(each.value, "x-")))
    a3 = toset(keys(var.v5))
    a4 = trimspace("  ${one(["Staging"])} ")
    a5 = { for k, v in merge(merge(var.v5, tomap({ k1 = "a", "k 2" = "Staging" })), merge(var.v5, var.v5)) : "${k}!" => v if v != "a" }
}
