variable "v0" {
  type    = string
  default = "a"
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
  default = ["c", "Staging", "10.1.0.0/16"]
}

variable "v4" {
  type    = set(string)
  default = ["a", "10.1.0.0/16", "10.1.0.0/16"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "a", "k 2" = "b" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = var.v2
  l1 = element(sort(concat([for k, v in var.v5 : "${k}:${v}"], ["m"])), 0)
  l2 = anytrue([var.v2])
  l3 = setsubtract(toset(keys(var.v5)), toset(keys(zipmap(keys(tomap({ k1 = "c", "k 2" = "ü" })), values(var.v5)))))
  l4 = setsubtract(local.l3, setintersection(toset(["c"]), setsubtract(var.v4, toset(["ü", "c", "prod"]))))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = setsubtract(toset([for x in var.v3 : lower(x)]), setsubtract(var.v4, local.l4))
    a0 = terraform_data.seed.id
    a1 = cidrsubnets("10.1.0.0/16", 4, 8)
    a2 = toset([for x in distinct(concat([{ n = "b" }, { n = "prod" }][*].n, [lookup(var.v5, "k1", local.l1)])) : lower(x)])
    a3 = max(min(3.5, tonumber("12"), 3), 0)
    a4 = alltrue([!(var.v1 < 1), local.l2])
    a5 = var.v1
}

resource "descope_management_key" "k1" {
  count = 1
    a0 = false
    a1 = ((startswith(local.l1, "a") || contains(local.l3, "a")) && anytrue([!local.l0]))
    a2 = setsubtract(setintersection(setintersection(var.v4, var.v4), local.l3), toset(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "ü" }))))
    a3 = zipmap(keys(tomap({ k1 = "b", "k 2" = "b" })), values({ for k, v in merge(var.v5, var.v5) : "${k}!" => v if v != "a" }))
    a4 = setintersection(toset(keys(tomap({ a = local.l1, b = var.secret }))), setintersection(setunion(toset(["10.1.0.0/16"]), var.v4), setsubtract(local.l3, toset([]))))
    a5 = ceil(try(tonumber(nonsensitive("10.1.0.0/16")), length(local.l1)))
}

resource "descope_management_key" "k2" {
  for_each = contains(local.l3, "a") ? { for k, v in var.v5 : "${k}!" => v if v != "a" } : tomap({ a = local.l1, b = local.l1 })
    a0 = var.v5
    a1 = local.l1
    a2 = [{ n = title(trim(var.v0, "ab")) }, { n = title(replace(var.v0, "a", "o")) }][*].n
    a3 = reverse(((var.v2 && local.l0) ? distinct(concat(var.v3, [var.secret])) : [for x in var.v3 : upper(x)]))
    a4 = abs((3.5 + abs(var.v1)))
    a5 = false
}

resource "descope_management_key" "k3" {
    a0 = toset(["Staging"])
    a1 = (7 % 4)
    a2 = lower(trim(local.l1, "ab"))
    a3 = setsubtract(toset([for x in concat(var.v3, ["10.1.0.0/16", "Staging", "x-y"]) : lower(x)]), toset([for x in var.v4 : x]))
    a4 = var.v3
    a5 = merge(var.v5, { k1 = (startswith(local.l1, "a") ? join(", ", ["prod", "a", "a"]) : "${var.v0}-${var.v0}") })
}
