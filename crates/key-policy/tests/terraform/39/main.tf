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
  default = ["ü"]
}

variable "v4" {
  type    = set(string)
  default = ["Staging", "a"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "c", "k 2" = "10.1.0.0/16" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = tomap({ k1 = "10.1.0.0/16", "k 2" = "prod" })
  l1 = var.v4
  l2 = setsubtract(toset(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" })), setsubtract(setunion(var.v4, toset(["ü"])), toset(["10.1.0.0/16", "b"])))
  l3 = trimspace("  ${tostring(min(var.v1, -4, 3))} ")
  l4 = [{ n = local.l3 }, { n = cidrsubnet("10.0.0.0/8", 8, length(["10.1.0.0/16", "10.1.0.0/16", "Staging"])) }][*].n
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = startswith(coalesce(local.l3, "d"), "a") ? merge(merge(var.v5, tomap({ k1 = "10.1.0.0/16", "k 2" = "ü" })), merge(var.v5, { k1 = local.l3 })) : ((["ü", "Staging", "x-y"] == ["Staging", "10.1.0.0/16"]) ? { for k, v in local.l0 : "${k}!" => v if v != "a" } : { for x in distinct(var.v3) : x => upper(x) })
    a1 = setsubtract(toset(keys(var.v5)), toset([for x in [for x in local.l4 : upper(x)] : lower(x)]))
    a2 = toset([for x in tolist(toset(["c", "prod", "prod"])) : "${x}!" if x != "b"])
    a3 = zipmap(keys({ for x in distinct(slice(concat(["a", "Staging"], ["1", "2"]), 0, 2)) : x => upper(x) }), values(tomap({ a = cidrsubnet("10.0.0.0/8", 8, length(var.v3)), b = title("10.1.0.0/16") })))
    a4 = ((tonumber("12") + try(tonumber(local.l3), 3.5)) >= (length("10.1.0.0/16") + try(tonumber("Staging"), 3.5)))
    a5 = [for x in var.v3 : "${x}!" if x != "b"]
}

resource "descope_management_key" "k1" {
    a0 = ([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)] == reverse(["10.1.0.0/16"])) ? merge(tomap({ k1 = "c", "k 2" = "ü" }), { k1 = substr(local.l3, 0, 2) }) : zipmap(keys(merge(local.l0, tomap({ k1 = "prod", "k 2" = "x-y" }))), values(tomap({ a = var.v0, b = var.v0 })))
    a1 = merge({ for x in distinct([for i, x in var.v3 : "${i}=${x}"]) : x => upper(x) }, { k1 = "%{ for x in [{ n = "a" }, { n = local.l3 }][*].n }<${x}>%{ endfor }" })
    a2 = zipmap(keys(zipmap(keys(local.l0), values(zipmap(keys(var.v5), values(tomap({ k1 = "b", "k 2" = "prod" })))))), values(tomap({ k1 = "prod", "k 2" = "a" })))
    a3 = zipmap(keys((zipmap(keys(tomap({ k1 = "Staging", "k 2" = "b" })), values((var.v2 ? var.v5 : tomap({ k1 = "b", "k 2" = "b" })))))), values((startswith("b", "a") ? merge(tomap({ k1 = "Staging", "k 2" = "prod" }), local.l0) : { for x in distinct(local.l4) : x => upper(x) })))
    a4 = !contains(toset([for x in ["x-y", "b", "a"] : lower(x)]), "a")
    a5 = compact(["c", "", formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))])
}

resource "descope_management_key" "k2" {
  count = 1
    a0 = toset(keys(tomap({ a = "n${var.v1}", b = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) })))
    a1 = min(abs(1893456000), length({ for x in distinct(var.v3) : x => upper(x) }), 3)
    a2 = [for x in [for x in tolist(["Staging", var.v0]) : "${x}!" if x != "b"] : "${x}!" if x != "b"]
    a3 = tomap({ k1 = "prod", "k 2" = "ü" })
    a4 = coalescelist([jsonencode(var.v3)], ["d"])
    a5 = setsubtract(setintersection(setintersection(var.v4, var.v4), setunion(local.l2, local.l2)), toset([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]))
}

resource "descope_management_key" "k3" {
  count = 0
    a0 = (count.index >= length(keys(var.v5)))
    a1 = toset(setsubtract(setsubtract(toset(["b"]), toset(["Staging"])), ["a"])[*])
    a2 = [for k, v in tomap({ k1 = "prod", "k 2" = "10.1.0.0/16" }) : "${k}:${v}"]
    a3 = setsubtract(toset([for x in [for k, v in tomap({ k1 = "b", "k 2" = "prod" }) : "${k}:${v}"] : lower(x)]), toset(reverse(["prod"])))
    a4 = merge(tomap({ k1 = "ü", "k 2" = "ü" }), { k1 = title("prod") })
    a5 = distinct(concat(flatten([formatlist("%s-z", var.v3), [concat(var.v3, [local.l3, "z"])[1]], [[{ a = var.v0, b = var.v0 }.a]]]), [format("%s %v", jsonencode({ t = "c", n = var.v1, b = false }), index(["p", "q"], "q"))]))
}

module "m" {
  source = "./m"
  texts  = keys(zipmap(keys(local.l0), values(tomap({ k1 = "a", "k 2" = "c" }))))
  text   = "Staging"
}
