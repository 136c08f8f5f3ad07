variable "v0" {
  type    = string
  default = "a"
}

variable "v1" {
  type    = number
  default = 2
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["a", "ü"]
}

variable "v4" {
  type    = set(string)
  default = ["10.1.0.0/16", "b", "c"]
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
  l0 = var.v3
  l1 = length([for x in setsubtract(toset(["10.1.0.0/16", "10.1.0.0/16"]), ["a"])[*] : upper(x)])
  l2 = setunion(setintersection(toset([for x in local.l0 : lower(x)]), setintersection(var.v4, var.v4)), toset(["ü", "x-y"]))
  l3 = ([for x in cidrsubnets("10.1.0.0/16", 4, 8) : upper(x)] == split("-", var.v0))
  l4 = trimspace("  ${{ a = upper(var.v0), b = coalesce("prod", "d") }.a} ")
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 1
    a0 = split("/", "a/${local.l4}")[0]
    a1 = sort(keys(tomap({ a = var.v0, b = local.l4 })))
    a2 = setsubtract(toset(sort(["Staging"])), setunion(toset(var.v3), toset(keys(tomap({ k1 = "Staging", "k 2" = "ü" })))))
    a3 = { for k, v in merge(var.v5, { k1 = coalesce(local.l4, "d") }) : "${k}!" => v if v != "a" }
    a4 = { for k, v in merge(var.v5, var.v5) : "${k}!" => v if v != "a" }
    a5 = tonumber("12")
}

resource "descope_management_key" "k1" {
  for_each = { for k, v in merge(tomap({ k1 = "c", "k 2" = "a" }), { k1 = var.v0 }) : "${k}!" => v if v != "a" }
    a0 = (ceil(try(tonumber(terraform_data.seed.id), local.l1)) + max(var.v1, var.v1))
    a1 = toset(keys(var.v5))
    a2 = toset(([for k, v in (var.v2 ? var.v5 : var.v5) : "${k}:${v}"]))
    a3 = range(4)[2]
    a4 = false
    a5 = toset([for k, v in { for x in distinct(["Staging", "10.1.0.0/16", "c"]) : x => upper(x) } : "${k}:${v}"])
}

resource "descope_management_key" "k2" {
  for_each = var.v4
    a0 = toset(keys(var.v5))
    a1 = toset(["a", "10.1.0.0/16"])
    a2 = split("-", var.secret)
    a3 = toset(keys({ for k, v in merge(var.v5, { k1 = each.value }) : "${k}!" => v if v != "a" }))
    a4 = (trimprefix("a", "x-") == var.v0) ? (max(1, var.v1) - parseint("1f", 16)) : sum([ceil(3.5), tonumber("12")])
    a5 = parseint("1f", 16)
}

resource "descope_management_key" "k3" {
    a0 = (-(length(local.l4)) < length(toset(["Staging"])))
    a1 = toset(var.v3)
    a2 = (setsubtract(toset(["10.1.0.0/16", "b"]), ["a"])[*] == (sort((var.v2 ? local.l0 : local.l0))))
    a3 = (7 / 2)
    a4 = coalescelist(var.v3, ["d"])
    a5 = alltrue([alltrue([(var.v1 >= 1893456000), contains(local.l0, "c")]), (((var.v2 ? var.v3 : []) == split("-", var.v0)))])
}

module "m" {
  source = "./m"
  texts  = []
  text   = "Staging"
}
