variable "v0" {
  type    = string
  default = "c"
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
  default = ["a", "a", "a"]
}

variable "v4" {
  type    = set(string)
  default = ["Staging"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "prod", "k 2" = "x-y" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = ((var.v2 ? ceil(var.v1) : length(var.v5)) - var.v1)
  l1 = substr(cidrhost("10.2.0.0/16", 5), 0, 2)
  l2 = toset([nonsensitive("Staging")])
  l3 = keys({ k = (var.v2 ? join(", ", var.v3) : format("%s/%03d", var.v0, 7)) })[0]
  l4 = setintersection(local.l2, (toset(keys((var.v2 ? var.v5 : var.v5)))))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = { for x in distinct(formatlist("%s-z", var.v3)) : x => upper(x) }
    a0 = tolist([cidrsubnet("10.0.0.0/8", 8, length(["10.1.0.0/16", "b"])), cidrhost("10.2.0.0/16", 5)])
    a1 = setintersection(toset(["ü", "b"]), setunion(setintersection(local.l4, toset(["prod", "a", "Staging"])), setintersection(local.l2, local.l2)))
    a2 = coalescelist([], ["d"])
    a3 = cidrhost("10.2.0.0/16", 5)
    a4 = abs(length(toset([for x in ["a"] : lower(x)])))
    a5 = max(length(toset(["a"])), tonumber("12"))
}

resource "descope_management_key" "k1" {
  for_each = toset(keys(merge(var.v5, var.v5)))
    a0 = sort((keys((var.v2 ? var.v5 : var.v5))))
    a1 = { for x in distinct([for x in coalescelist(var.v3, ["d"]) : "${x}!" if x != "b"]) : x => upper(x) }
    a2 = var.v2
    a3 = ((min(var.v1, local.l0, 3) * 2) - 3.5)
    a4 = zipmap(keys((merge(zipmap(keys(var.v5), values(tomap({ k1 = "a", "k 2" = "ü" }))), (var.v2 ? var.v5 : var.v5)))), values((merge((var.v2 ? var.v5 : var.v5), { k1 = title(local.l1) }))))
    a5 = (false && (length(setsubtract(local.l4, ["a"])[*]) != var.v1))
}

resource "descope_management_key" "k2" {
  count = 1
    a0 = can(tomap({ a = trimprefix(local.l3, "x-"), b = lower(var.v0) })["k1"])
    a1 = merge(tomap({ k1 = "a", "k 2" = "x-y" }), (merge({ for k, v in var.v5 : "${k}!" => v if v != "a" }, { k1 = (var.v2 ? "10.1.0.0/16" : "prod") })))
    a2 = max((7 % 4), (min(0, local.l0, 3) + floor(3.5)))
    a3 = cidrhost("10.2.0.0/16", 5)
    a4 = min(abs(sum([count.index, count.index])), -(ceil(0)), 3)
    a5 = coalescelist([{ n = upper(local.l3) }, { n = "${"Staging"}-${"a"}" }][*].n, ["d"])
}

resource "descope_management_key" "k3" {
  count = 0
    a0 = startswith(coalesce(cidrhost("10.2.0.0/16", 5), "d"), "a")
    a1 = [for x in setsubtract(setunion(local.l2, local.l2), toset(keys(tomap({ k1 = "Staging", "k 2" = "Staging" })))) : x]
    a2 = contains(toset([for x in var.v3 : lower(x)]), "a") ? var.v5 : zipmap(keys(merge(tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" }), { k1 = "10.1.0.0/16" })), values({ for x in distinct(var.v3) : x => upper(x) }))
    a3 = (length(compact([cidrhost("10.2.0.0/16", 5), "", var.v0])) != var.v1)
    a4 = (length(cidrhost("10.2.0.0/16", 5)) * 2)
    a5 = substr(jsonencode(var.v3), 0, 2)
}

module "m" {
  source = "./m"
  texts  = [for i, x in distinct(concat(var.v3, ["b"])) : "${i}=${x}"]
  text   = element(concat(flatten([var.v3, [var.v0], [[local.l3]]]), [coalesce(null, var.v0)]), 0)
}
