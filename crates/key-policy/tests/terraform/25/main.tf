variable "v0" {
  type    = string
  default = "prod"
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
  default = ["prod"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "Staging" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = toset([for x in coalescelist([], ["d"]) : lower(x)])
  l1 = zipmap(keys({ for x in distinct(var.v3) : x => upper(x) }), values(tomap({ a = format("%s %v", var.v0, var.v1), b = lower("Staging") })))
  l2 = (7 % 4)
  l3 = var.v2
  l4 = ((var.v0 == element(sort(concat(var.v3, ["m"])), 0)) && contains(setsubtract(toset([]), toset(["ü", "prod", "ü"])), "a"))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = setsubtract(local.l0, toset(keys(tomap({ k1 = "x-y", "k 2" = "x-y" }))))
    a0 = cidrsubnet("10.0.0.0/8", 8, length([{ n = tostring(1) }, { n = title(var.v0) }][*].n))
    a1 = local.l4
    a2 = setintersection(setunion(setintersection(local.l0, var.v4), toset(keys(local.l1))), toset(keys(zipmap(keys(local.l1), values(tomap({ k1 = "x-y", "k 2" = "Staging" }))))))
    a3 = (jsonencode(formatlist("%s-z", [])) == "${"%{ for x in ["10.1.0.0/16"] }<${x}>%{ endfor }"}-${coalesce(null, terraform_data.seed.id)}")
    a4 = setintersection(toset([for x in var.v4 : x]), toset([for k, v in var.v5 : "${k}:${v}"]))
    a5 = flatten([split("-", { a = var.secret, b = each.key }.a), [each.value], [[split("/", "a/${var.v0}")[0]]]])
}

resource "descope_management_key" "k1" {
  count = 1
    a0 = split("/", "a/${var.v0}")[0]
    a1 = setintersection(toset(flatten([var.v3, ["a"], [[var.v0]]])), toset([for x in sort(["a", "prod"]) : lower(x)]))
    a2 = local.l2
    a3 = zipmap(keys(var.v5), values(merge(merge(var.v5, { k1 = "a" }), { k1 = concat(var.v3, [var.v0, "z"])[1] })))
    a4 = trim(var.v0, "ab")
    a5 = setunion(toset(["10.1.0.0/16", "x-y"]), local.l0)
}

resource "descope_management_key" "k2" {
  for_each = merge(zipmap(keys(local.l1), values(tomap({ k1 = "10.1.0.0/16", "k 2" = "b" }))), { k1 = { a = "ü", b = "Staging" }.a })
    a0 = endswith(cidrsubnet("10.0.0.0/8", 8, length(formatlist("%s-z", var.v3))), "d")
    a1 = strcontains(concat(var.v3, [format("%s %v", var.v0, local.l2), "z"])[1], "o")
    a2 = anytrue([true]) ? { for x in distinct([{ n = "a" }, { n = each.value }][*].n) : x => upper(x) } : (merge((var.v2 ? local.l1 : var.v5), { k1 = split("/", "a/${each.value}")[0] }))
    a3 = merge(var.v5, { k1 = join(", ", ["ü", "ü"]) })
    a4 = length("x-y")
    a5 = contains(var.v3, var.v0)
}

resource "descope_management_key" "k3" {
  for_each = tomap({ a = "n${2}", b = (local.l3 ? var.v0 : "ü") })
    a0 = var.v5
    a1 = abs(var.v1)
    a2 = (setsubtract(setintersection(toset(["10.1.0.0/16", "a", "x-y"]), toset([])), ["a"])[*] == reverse(tolist([terraform_data.seed.id, each.key])))
    a3 = length(local.l0)
    a4 = { for x in distinct(compact([trimsuffix(terraform_data.seed.id, "g"), "", title(each.value)])) : x => upper(x) }
    a5 = length((alltrue([local.l3, local.l3]) ? tomap({ a = var.v0, b = each.key }) : (true ? var.v5 : local.l1)))
}
