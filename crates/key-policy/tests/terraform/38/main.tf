variable "v0" {
  type    = string
  default = "x-y"
}

variable "v1" {
  type    = number
  default = -4
}

variable "v2" {
  type    = bool
  default = true
}

variable "v3" {
  type    = list(string)
  default = ["10.1.0.0/16"]
}

variable "v4" {
  type    = set(string)
  default = []
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "a" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = tomap({ k1 = "a", "k 2" = "b" })
  l1 = coalesce(upper(var.v0), "d")
  l2 = var.v1
  l3 = [{ n = substr(lookup(var.v5, "k1", local.l1), 0, 2) }, { n = nonsensitive(title(var.v0)) }][*].n
  l4 = local.l2
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  count = 0
    a0 = toset([for x in distinct(concat(concat(local.l3, [terraform_data.seed.id]), [split("/", "a/${local.l1}")[0]])) : lower(x)])
    a1 = setintersection(toset([for x in ["ü"] : lower(x)]), setunion(setunion(var.v4, var.v4), toset(keys(tomap({ k1 = "ü", "k 2" = "a" })))))
    a2 = try(((["b", "Staging"] == local.l3) ? merge(tomap({ k1 = "c", "k 2" = "c" }), { k1 = local.l1 }) : var.v5)["absent"], "%{ for x in ["Staging"] }<${x}>%{ endfor }")
    a3 = element(concat(sort(compact([var.v0, "", "ü"])), [local.l1]), 0)
    a4 = (length("ü") >= (7 % 4)) ? merge({ for k, v in tomap({ k1 = "ü", "k 2" = "prod" }) : "${k}!" => v if v != "a" }, { k1 = jsonencode({ t = var.v0, n = 1893456000, b = var.v2 }) }) : { for x in distinct(flatten([var.v3, ["x-y"], [[local.l1]]])) : x => upper(x) }
    a5 = (true && can(var.v5["k1"]))
}

resource "descope_management_key" "k1" {
  for_each = setsubtract(setunion(var.v4, var.v4), setsubtract(var.v4, var.v4))
    a0 = setsubtract(toset(["a"]), setunion(var.v4, toset(["x-y", "10.1.0.0/16", "Staging"])))
    a1 = can(merge(tomap({ a = "prod", b = var.secret }), { k1 = each.key })["k1"])
    a2 = concat(cidrsubnets("10.1.0.0/16", 4, 8), [format("%s/%03d", try(tomap({ k1 = "b", "k 2" = "ü" })["absent"], each.key), 7), "z"])[1]
    a3 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
    a4 = ((each.key == var.v0) && true) ? var.v5 : tomap({ a = format("%s/%03d", local.l1, 7), b = local.l1 })
    a5 = { for k, v in zipmap(keys({ for k, v in var.v5 : "${k}!" => v if v != "a" }), values({ for x in distinct(var.v3) : x => upper(x) })) : "${k}!" => v if v != "a" }
}

resource "descope_management_key" "k2" {
    a0 = strcontains(trim(trimsuffix(var.v0, "g"), "ab"), "o")
    a1 = flatten([reverse([{ n = var.v0 }, { n = var.v0 }][*].n), [element(concat([for i, x in var.v3 : "${i}=${x}"], [var.v0]), 0)], [[one([local.l1])]]])
    a2 = tolist(toset(compact(["10.1.0.0/16", "", local.l1])))
    a3 = (7 / 2)
    a4 = var.v3
    a5 = -((7 % 4))
}

resource "descope_management_key" "k3" {
  count = 1
    a0 = setsubtract(var.v4, setintersection(setsubtract(var.v4, var.v4), setsubtract(var.v4, toset(["x-y", "10.1.0.0/16"]))))
    a1 = setsubtract(setsubtract(setsubtract(toset(["Staging"]), toset(["a", "Staging"])), setintersection(toset(["ü", "c"]), toset(["c"]))), setunion(setunion(toset(["ü"]), var.v4), setunion(toset(["Staging", "c", "a"]), var.v4)))
    a2 = [for k, v in (contains(var.v4, "a") ? merge(var.v5, { k1 = "Staging" }) : merge(var.v5, tomap({ k1 = "b", "k 2" = "10.1.0.0/16" }))) : "${k}:${v}"]
    a3 = title(cidrhost("10.2.0.0/16", 5))
    a4 = tomap({ a = keys({ k = join(", ", []) })[0], b = tostring(try(tonumber(var.v0), local.l2)) })
    a5 = toset([for x in split("-", lower(var.v0)) : lower(x)])
}

module "m" {
  source = "./m"
  texts  = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
  text   = trim({ a = "ü", b = var.v0 }.a, "ab")
}
