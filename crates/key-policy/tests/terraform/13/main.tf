variable "v0" {
  type    = string
  default = "c"
}

variable "v1" {
  type    = number
  default = 1893456000
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["prod", "prod"]
}

variable "v4" {
  type    = set(string)
  default = ["c", "x-y"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "Staging", "k 2" = "Staging" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = merge(merge(merge(var.v5, { k1 = var.v0 }), var.v5), { k1 = title("ü") })
  l1 = var.v4
  l2 = true ? keys(local.l0) : [one(["prod"])]
  l3 = !!(var.v3 == var.v3)
  l4 = var.v3
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 2
    a0 = ceil((7 / 2))
    a1 = "%{ for x in keys(merge(var.v5, { k1 = var.v0 })) }<${x}>%{ endfor }"
    a2 = var.v4
    a3 = range(4)[2]
    a4 = setintersection(local.l1, setintersection(setintersection(local.l1, local.l1), local.l1))
    a5 = split("/", "a/${"c"}")[0]
}

resource "descope_management_key" "k1" {
  count = 0
    a0 = concat([for x in [for x in var.v4 : x] : "${x}!" if x != "b"], [{ n = { a = var.v0, b = var.v0 }.a }, { n = jsonencode([]) }][*].n)
    a1 = setunion(toset([for x in local.l2 : lower(x)]), toset(keys(local.l0)))
    a2 = var.v0
    a3 = [for k, v in local.l0 : "${k}:${v}"]
    a4 = { for k, v in merge({ for x in distinct([]) : x => upper(x) }, { k1 = element(concat(local.l2, [var.v0]), 0) }) : "${k}!" => v if v != "a" }
    a5 = toset(local.l4)
}

resource "descope_management_key" "k2" {
  for_each = toset(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }))
    a0 = (length(coalescelist(slice(concat(local.l2, ["1", "2"]), 0, 2), ["d"])) != var.v1)
    a1 = local.l3 ? (range(4)[2] + sum([var.v1, var.v1])) : -(1893456000)
    a2 = ["a", "Staging", "x-y"]
    a3 = length("Staging")
    a4 = reverse(["c", "ü"])
    a5 = format("%s/%03d", upper(lookup(local.l0, "k1", each.key)), 7)
}

resource "descope_management_key" "k3" {
    a0 = [for x in sort([]) : "${x}!" if x != "b"]
    a1 = var.v3
    a2 = can(merge({ for k, v in local.l0 : "${k}!" => v if v != "a" }, { k1 = split("/", "a/${var.v0}")[0] })["k1"])
    a3 = tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" })
    a4 = strrev(var.v0)
    a5 = 3.5
}

module "m" {
  source = "./m"
  texts  = local.l2
  text   = trimprefix(trimspace("  ${var.v0} "), "x-")
}
