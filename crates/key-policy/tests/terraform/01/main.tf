variable "v0" {
  type    = string
  default = "10.1.0.0/16"
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
  default = []
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "Staging", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = merge(tomap({ a = var.v0, b = var.v0 }), { k1 = coalesce(null, format("%s %v", var.v0, 0)) })
  l1 = tomap({ k1 = "a", "k 2" = "prod" })
  l2 = toset(var.v3)
  l3 = ["prod"]
  l4 = min(length({ for k, v in local.l1 : "${k}!" => v if v != "a" }), ceil(-(1)), 3)
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = tonumber("12")
    a1 = try([for i, x in ["10.1.0.0/16", "prod"] : "${i}=${x}"], [])
    a2 = parseint("1f", 16)
    a3 = tomap({ a = tostring(length("Staging")), b = trimspace("  ${var.v0} ") })
    a4 = toset([])
    a5 = replace(var.v0, "a", "o")
}

resource "descope_management_key" "k1" {
  for_each = setintersection(toset(keys(tomap({ k1 = "c", "k 2" = "Staging" }))), var.v4)
    a0 = var.v3
    a1 = ((7 / 2) < sum([var.v1, floor(1)]))
    a2 = var.v5
    a3 = try(tonumber(trim(one(["c"]), "ab")), parseint("1f", 16))
    a4 = flatten([reverse(local.l3), [formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))], [[("n${(false ? var.v1 : local.l4)}")]]])
    a5 = concat(tolist(toset(local.l3)), [basename("/x/${title("ü")}"), "z"])[1]
}

resource "descope_management_key" "k2" {
    a0 = terraform_data.seed.id
    a1 = lower(var.v0)
    a2 = (((local.l4 - var.v1) * 2) < var.v1)
    a3 = toset([for x in [format("%s/%03d", var.v0, 7), substr("c", 0, 2)] : lower(x)])
    a4 = abs(tonumber("12"))
    a5 = setunion(setunion(toset([]), toset(["Staging", "c"])), toset(keys({ for x in distinct(var.v3) : x => upper(x) })))
}

resource "descope_management_key" "k3" {
  for_each = merge({ for k, v in var.v5 : "${k}!" => v if v != "a" }, { k1 = "%{ if var.v2 }yes ${"prod"}%{ else }no%{ endif }" })
    a0 = tomap({ k1 = "c", "k 2" = "Staging" })
    a1 = merge((endswith(each.value, "d") ? merge(var.v5, { k1 = var.secret }) : { for k, v in local.l0 : "${k}!" => v if v != "a" }), { k1 = join(", ", [for x in local.l2 : x]) })
    a2 = false
    a3 = toset(concat([each.value, var.v0], [element(concat(var.v3, [var.v0]), 0)]))
    a4 = setsubtract(var.v4, setintersection(local.l2, var.v4))
    a5 = tomap({ k1 = "ü", "k 2" = "x-y" })
}
