variable "v0" {
  type    = string
  default = "c"
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
  default = ["b"]
}

variable "v4" {
  type    = set(string)
  default = ["Staging", "c"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "b" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = cidrsubnet("10.0.0.0/8", 8, length(["a"]))
  l1 = ceil(abs((var.v1 + var.v1)))
  l2 = toset(sort(var.v3))
  l3 = tomap({ a = try(tomap({ k1 = "10.1.0.0/16", "k 2" = "a" })["absent"], var.v0), b = (jsonencode({ t = lower(local.l0), n = (true ? var.v1 : 1), b = anytrue([var.v2]) })) })
  l4 = strcontains(concat(reverse(var.v3), [substr(var.v0, 0, 2), "z"])[1], "o")
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = (local.l4 || startswith(local.l0, "a"))
    a1 = tonumber("12")
    a2 = alltrue([(cidrsubnets("10.1.0.0/16", 4, 8) == [local.l0]), !(var.v2 && var.v2)])
    a3 = var.v5
    a4 = local.l4
    a5 = local.l1
}

resource "descope_management_key" "k1" {
  for_each = var.v4
    a0 = var.v3
    a1 = anytrue([(cidrsubnet("10.0.0.0/8", 8, length(var.v3)) == element(concat(var.v3, [each.value]), 0))])
    a2 = var.v2 ? min(max(local.l1, -4), var.v1, 3) : try(tonumber(split("/", "a/${local.l0}")[0]), 1)
    a3 = var.v3
    a4 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
    a5 = { for x in distinct(split("-", coalesce(var.v0, "d"))) : x => upper(x) }
}

resource "descope_management_key" "k2" {
  for_each = toset(["10.1.0.0/16"])
    a0 = (7 / 2)
    a1 = setunion(setunion(setsubtract(var.v4, local.l2), setsubtract(toset([]), var.v4)), setsubtract(setintersection(var.v4, local.l2), setunion(toset([]), toset([]))))
    a2 = split("/", "a/${(strrev((var.v2 ? local.l0 : "c")))}")[0]
    a3 = []
    a4 = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
    a5 = merge((merge((false ? tomap({ k1 = "x-y", "k 2" = "10.1.0.0/16" }) : tomap({ k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" })), { k1 = keys({ k = var.v0 })[0] })), { k1 = each.value })
}

resource "descope_management_key" "k3" {
  for_each = setintersection(toset([for x in ["10.1.0.0/16", "Staging"] : lower(x)]), local.l2)
    a0 = local.l1
    a1 = toset([for x in var.v3 : lower(x)])
    a2 = upper(terraform_data.seed.id)
    a3 = var.v2
    a4 = ((length(sort(var.v3)) != var.v1) || contains(var.v3, "b"))
    a5 = try(tonumber(lookup(zipmap(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" })), values(local.l3)), "k1", cidrhost("10.2.0.0/16", 5))), ((true && var.v2) ? parseint("1f", 16) : length(var.secret)))
}
