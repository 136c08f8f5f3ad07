variable "v0" {
  type    = string
  default = "10.1.0.0/16"
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
  default = []
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "ü", "k 2" = "prod" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = startswith(substr(trimspace("  ${"ü"} "), 0, 2), "a")
  l1 = tomap({ k1 = "x-y", "k 2" = "a" })
  l2 = var.v3
  l3 = !contains(toset(keys(tomap({ k1 = "Staging", "k 2" = "a" }))), "a")
  l4 = { for x in distinct(cidrsubnets("10.1.0.0/16", 4, 8)) : x => upper(x) }
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = toset([for x in keys(local.l1) : lower(x)])
    a0 = setintersection(var.v4, setunion(toset([for x in local.l2 : lower(x)]), toset(var.v3)))
    a1 = toset([for x in [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)] : lower(x)])
    a2 = tomap({ k1 = "a", "k 2" = "a" })
    a3 = [for x in toset([]) : x]
    a4 = coalesce(element(concat(tolist(["c", each.key]), [var.v0]), 0), "d")
    a5 = var.v3
}

resource "descope_management_key" "k1" {
  count = 2
    a0 = flatten([distinct(concat(sort(var.v3), ["ü"])), [jsonencode(tolist(toset(["c", "ü"])))], [[coalesce(jsonencode({ t = var.v0, n = 0, b = false }), "d")]]])
    a1 = (7 % 4)
    a2 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
    a3 = var.v5
    a4 = title("x-y")
    a5 = (setsubtract(var.v4, ["a"])[*] == sort(var.v3)) ? ((local.l0 && var.v2) ? merge(var.v5, { k1 = "10.1.0.0/16" }) : (true ? local.l1 : local.l4)) : (var.v2 ? { for x in distinct(["10.1.0.0/16"]) : x => upper(x) } : var.v5)
}

resource "descope_management_key" "k2" {
  for_each = (0 < var.v1) ? merge(tomap({ k1 = "Staging", "k 2" = "c" }), { k1 = var.v0 }) : (var.v2 ? tomap({ k1 = "c", "k 2" = "x-y" }) : local.l4)
    a0 = merge({ for k, v in var.v5 : "${k}!" => v if v != "a" }, { k1 = var.v0 })
    a1 = split("/", "a/${"Staging"}")[0]
    a2 = "%{ if (local.l0 && can(local.l1["k1"])) }yes ${basename("/x/${element(sort(concat(local.l2, ["m"])), 0)}")}%{ else }no%{ endif }"
    a3 = toset([for x in [for i, x in slice(concat(local.l2, ["1", "2"]), 0, 2) : "${i}=${x}"] : lower(x)])
    a4 = setsubtract(setunion(var.v4, setsubtract(var.v4, var.v4)), ["a"])[*]
    a5 = { for x in distinct(setsubtract(toset(["10.1.0.0/16", "10.1.0.0/16"]), ["a"])[*]) : x => upper(x) }
}

resource "descope_management_key" "k3" {
    a0 = range(4)[2]
    a1 = var.v4
    a2 = var.v4
    a3 = alltrue([can({ for x in distinct(var.v3) : x => upper(x) }["k1"]), endswith(nonsensitive("a"), "d")])
    a4 = setsubtract(setintersection(var.v4, setunion(toset(["b", "x-y"]), var.v4)), toset([for x in [for x in local.l2 : "${x}!" if x != "b"] : lower(x)]))
    a5 = merge(zipmap(keys({ for k, v in tomap({ k1 = "b", "k 2" = "Staging" }) : "${k}!" => v if v != "a" }), values({ for x in distinct(["a", "10.1.0.0/16"]) : x => upper(x) })), { k1 = tostring(index(["p", "q"], "q")) })
}

module "m" {
  source = "./m"
  texts  = local.l2
  text   = coalesce(null, (false ? "ü" : "10.1.0.0/16"))
}
