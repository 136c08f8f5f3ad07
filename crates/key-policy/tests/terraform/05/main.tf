variable "v0" {
  type    = string
  default = "10.1.0.0/16"
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
  default = ["ü", "prod", "b"]
}

variable "v4" {
  type    = set(string)
  default = ["prod"]
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
  l0 = startswith("${var.v0}-${trimspace("  ${"x-y"} ")}", "a")
  l1 = strcontains(trimspace("  ${var.v0} "), "o") ? { for x in distinct(setsubtract(var.v4, ["a"])[*]) : x => upper(x) } : zipmap(keys(zipmap(keys(var.v5), values(tomap({ k1 = "ü", "k 2" = "a" })))), values(var.v5))
  l2 = (-(var.v1) >= try(tonumber(format("%s/%03d", "10.1.0.0/16", 7)), floor(var.v1)))
  l3 = "%{ if ((var.v1 < var.v1) || (length(var.v3) != var.v1)) }yes ${"n${length(var.v4)}"}%{ else }no%{ endif }"
  l4 = sum([length(zipmap(keys(tomap({ k1 = "c", "k 2" = "b" })), values(local.l1))), var.v1])
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = !(endswith("c", "d") && (length(["10.1.0.0/16"]) != 3.5))
    a1 = contains(var.v4, "a")
    a2 = abs(abs(1893456000))
    a3 = var.v4
    a4 = local.l4
    a5 = [for k, v in (can(var.v5["k1"]) ? var.v5 : { for k, v in local.l1 : "${k}!" => v if v != "a" }) : "${k}:${v}"]
}

resource "descope_management_key" "k1" {
    a0 = var.v0
    a1 = ["%{ for x in [] }<${x}>%{ endfor }"]
    a2 = endswith(trimsuffix(var.v0, "g"), "d") ? keys({ k = jsonencode({ t = var.v0, n = var.v1, b = true }) })[0] : cidrsubnet("10.0.0.0/8", 8, length(["prod"]))
    a3 = [{ n = format("%s %v", var.v0, 1) }, { n = substr(upper(local.l3), 0, 2) }][*].n
    a4 = replace({ a = upper("prod"), b = basename("/x/${local.l3}") }.a, "a", "o")
    a5 = toset([for x in cidrsubnets("10.1.0.0/16", 4, 8) : lower(x)])
}

resource "descope_management_key" "k2" {
  count = 0
    a0 = setunion(setintersection(toset(var.v3), setunion(var.v4, var.v4)), setintersection(setsubtract(var.v4, var.v4), var.v4))
    a1 = try(var.v3, [])
    a2 = split("-", cidrhost("10.2.0.0/16", 5))
    a3 = formatlist("%s-z", cidrsubnets("10.1.0.0/16", 4, 8))
    a4 = tomap({ k1 = "ü", "k 2" = "ü" })
    a5 = toset([for x in var.v3 : lower(x)])
}

resource "descope_management_key" "k3" {
    a0 = length(coalesce(null, var.v0))
    a1 = (7 % 4)
    a2 = endswith(split("/", "a/${local.l3}")[0], "d")
    a3 = toset([concat([], [var.v0, "z"])[1]])
    a4 = toset([for x in var.v3 : lower(x)])
    a5 = join(", ", tolist(toset(keys(local.l1))))
}
