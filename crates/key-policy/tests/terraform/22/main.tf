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
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["prod", "prod", "a"]
}

variable "v4" {
  type    = set(string)
  default = ["b"]
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
  l0 = (try(tonumber(var.v0), var.v1) < range(4)[2]) ? parseint("1f", 16) : parseint("1f", 16)
  l1 = var.v0
  l2 = toset(keys(zipmap(keys(tomap({ k1 = "prod", "k 2" = "c" })), values(var.v5))))
  l3 = contains([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)], { a = tostring(local.l0), b = "%{ if var.v2 }yes ${var.v0}%{ else }no%{ endif }" }.a)
  l4 = split("/", "a/${coalesce(null, split("/", "a/${"prod"}")[0])}")[0]
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = tolist(setintersection(setintersection(toset(["10.1.0.0/16", "b"]), toset([])), toset([for x in var.v3 : lower(x)])))
    a1 = (([(var.v2 ? var.v0 : "a")]) == concat(var.v3, try(var.v3, [])))
    a2 = split("-", jsonencode(split("-", var.v0)))
    a3 = "c"
    a4 = try([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)], [])
    a5 = tolist([local.l4, strrev(element(sort(concat(var.v3, ["m"])), 0))])
}

resource "descope_management_key" "k1" {
  count = 0
    a0 = ((lower("Staging") == title(var.secret)) || (length([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]) != (7 % 4)))
    a1 = { for k, v in zipmap(keys(var.v5), values({ for k, v in var.v5 : "${k}!" => v if v != "a" })) : "${k}!" => v if v != "a" }
    a2 = { for k, v in ((var.v1 < 1) ? (local.l3 ? tomap({ k1 = "x-y", "k 2" = "b" }) : var.v5) : var.v5) : "${k}!" => v if v != "a" }
    a3 = count.index
    a4 = var.v5
    a5 = toset([])
}

resource "descope_management_key" "k2" {
  for_each = merge(merge(tomap({ k1 = "x-y", "k 2" = "10.1.0.0/16" }), { k1 = "ü" }), merge(var.v5, var.v5))
    a0 = toset([for x in setsubtract(toset(var.v3), ["a"])[*] : lower(x)])
    a1 = coalesce(coalesce(null, keys({ k = "c" })[0]), "d")
    a2 = var.v1
    a3 = cidrsubnet("10.0.0.0/8", 8, length(var.v3))
    a4 = range(4)[2]
    a5 = merge(merge(tomap({ a = var.v0, b = each.value }), { k1 = "%{ for x in var.v3 }<${x}>%{ endfor }" }), { for x in distinct(split("-", local.l1)) : x => upper(x) })
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = !can(merge(var.v5, { k1 = local.l4 })["k1"])
    a1 = (tonumber("12") >= ceil(var.v1)) ? zipmap(keys(merge(tomap({ k1 = "prod", "k 2" = "ü" }), { k1 = "Staging" })), values(merge(tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" }), { k1 = "b" }))) : (contains(local.l2, "a") ? tomap({ a = local.l1, b = "10.1.0.0/16" }) : tomap({ a = local.l4, b = "prod" }))
    a2 = format("%s %v", cidrsubnet("10.0.0.0/8", 8, length(var.v3)), max(tonumber("12"), min(count.index, local.l0, 3)))
    a3 = jsonencode(["ü"])
    a4 = false
    a5 = local.l0
}
