variable "v0" {
  type    = string
  default = "prod"
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
  default = ["10.1.0.0/16"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "x-y" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = merge({ for x in distinct(setsubtract(var.v4, ["a"])[*]) : x => upper(x) }, { k1 = var.v0 })
  l1 = local.l0
  l2 = ((([] == ["10.1.0.0/16", "prod", "c"]) ? parseint("1f", 16) : var.v1) - ((false || false) ? length(toset(["10.1.0.0/16", "prod"])) : 0))
  l3 = { for x in distinct(var.v3) : x => upper(x) }
  l4 = length(flatten([coalescelist(["Staging", "b", "x-y"], ["d"]), [basename("/x/${var.v0}")], [[jsonencode({ t = var.v0, n = 1, b = true })]]]))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = var.v5
    a0 = toset(keys(zipmap(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }), values(tomap({ a = terraform_data.seed.id, b = terraform_data.seed.id })))))
    a1 = keys({ k = "b" })[0]
    a2 = reverse(((var.v2 || var.v2) ? concat(["10.1.0.0/16", "c", "Staging"], var.v3) : (false ? var.v3 : ["10.1.0.0/16"])))
    a3 = "${coalesce(null, substr("c", 0, 2))}-${var.v0}"
    a4 = tomap({ a = format("%s %v", each.key, floor(local.l2)), b = trimspace("  ${each.value} ") })
    a5 = (parseint("1f", 16) < tonumber("12"))
}

resource "descope_management_key" "k1" {
  for_each = toset(keys(tomap({ a = "b", b = "a" })))
    a0 = can(tomap({ a = strrev(var.v0), b = split("/", "a/${each.key}")[0] })["k1"])
    a1 = ((local.l2 >= var.v1) || (("c" == "c") || endswith("ü", "d")))
    a2 = length(setunion(setintersection(var.v4, var.v4), toset([])))
    a3 = local.l4
    a4 = setunion(toset(sort(["Staging"])), setintersection(toset(["a", "10.1.0.0/16", "prod"]), setintersection(var.v4, var.v4)))
    a5 = zipmap(keys((merge((var.v2 ? local.l3 : local.l1), { for x in distinct(var.v3) : x => upper(x) }))), values({ for k, v in merge(local.l1, local.l3) : "${k}!" => v if v != "a" }))
}

resource "descope_management_key" "k2" {
  count = 2
    a0 = endswith(cidrhost("10.2.0.0/16", 5), "d")
    a1 = setsubtract(toset([for x in compact([var.v0, "", var.v0]) : lower(x)]), var.v4)
    a2 = toset(keys(((var.v0 == "ü") ? { for x in distinct(var.v3) : x => upper(x) } : local.l0)))
    a3 = setintersection(toset([for x in sort(["ü", "10.1.0.0/16", "10.1.0.0/16"]) : lower(x)]), toset([for x in var.v3 : lower(x)]))
    a4 = try(tonumber([{ n = title("b") }, { n = "q" }][*].n[0]), 1)
    a5 = length(var.v4)
}

resource "descope_management_key" "k3" {
  for_each = setintersection(var.v4, setunion(var.v4, toset(["x-y", "a", "c"])))
    a0 = toset(var.v3)
    a1 = setintersection(var.v4, setsubtract(toset([]), toset(var.v3)))
    a2 = (jsonencode(var.v3) == each.key) ? "%{ for x in [for i, x in var.v3 : "${i}=${x}"] }<${x}>%{ endfor }" : "10.1.0.0/16"
    a3 = tomap({ a = keys({ k = concat([], [each.value, "z"])[1] })[0], b = replace("ü", "a", "o") })
    a4 = -4
    a5 = merge(tomap({ k1 = "ü", "k 2" = "x-y" }), { k1 = keys({ k = tostring(var.v1) })[0] })
}

module "m" {
  source = "./m"
  texts  = var.v3
  text   = coalesce(null, keys({ k = var.v0 })[0])
}
