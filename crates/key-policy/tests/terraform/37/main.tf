variable "v0" {
  type    = string
  default = "a"
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
  default = ["Staging"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = merge(var.v5, { k1 = replace(coalesce(null, "c"), "a", "o") })
  l1 = [for x in var.v3 : "${x}!" if x != "b"]
  l2 = toset([for x in [for x in [var.v0] : "${x}!" if x != "b"] : lower(x)])
  l3 = merge({ for x in distinct(formatlist("%s-z", var.v3)) : x => upper(x) }, { k1 = cidrhost("10.2.0.0/16", 5) })
  l4 = local.l0
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 1
    a0 = 1
    a1 = lower(terraform_data.seed.id)
    a2 = startswith(var.v0, "a")
    a3 = coalescelist(formatlist("%s-z", sort(local.l1)), ["d"])
    a4 = tomap({ k1 = "x-y", "k 2" = "prod" })
    a5 = (jsonencode(["c"]) == split("/", "a/${title(var.v0)}")[0])
}

resource "descope_management_key" "k1" {
    a0 = toset([for x in tolist(toset([])) : lower(x)])
    a1 = merge({ for x in distinct(distinct(concat(var.v3, [var.v0]))) : x => upper(x) }, { k1 = coalesce(null, tostring(var.v1)) })
    a2 = setunion(setunion(toset(keys(local.l0)), toset([])), setsubtract(local.l2, toset(keys(var.v5))))
    a3 = "%{ for x in [for x in setintersection(var.v4, toset(["ü", "ü"])) : x] }<${x}>%{ endfor }"
    a4 = setintersection(setunion(setunion(var.v4, toset(["prod", "x-y", "x-y"])), toset(keys(var.v5))), toset([for x in reverse(local.l1) : lower(x)]))
    a5 = tostring(3.5)
}

resource "descope_management_key" "k2" {
  for_each = toset(split("-", var.v0))
    a0 = strcontains(try({ for x in distinct(var.v3) : x => upper(x) }["absent"], keys({ k = each.value })[0]), "o")
    a1 = coalesce(title(one([each.value])), "d")
    a2 = var.v5
    a3 = -(3.5)
    a4 = setsubtract(setsubtract(toset(keys(tomap({ k1 = "b", "k 2" = "x-y" }))), toset(var.v3)), setsubtract(setintersection(local.l2, var.v4), toset(local.l1)))
    a5 = index(["p", "q"], "q")
}

resource "descope_management_key" "k3" {
  for_each = toset([for x in ["Staging", "Staging", "ü"] : upper(x)])
    a0 = (index(["p", "q"], "q") < 1893456000) ? tomap({ a = "n${1893456000}", b = basename("/x/${"prod"}") }) : { for k, v in merge(local.l3, { k1 = var.secret }) : "${k}!" => v if v != "a" }
    a1 = coalesce(coalesce({ a = var.v0, b = each.value }.a, "d"), "d")
    a2 = (7 % 4)
    a3 = "${nonsensitive(split("/", "a/${var.v0}")[0])}-${trimspace("  ${format("%s %v", "10.1.0.0/16", var.v1)} ")}"
    a4 = local.l2
    a5 = { for x in distinct((split("-", (var.v2 ? each.value : "b")))) : x => upper(x) }
}
