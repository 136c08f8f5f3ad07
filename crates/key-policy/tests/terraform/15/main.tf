variable "v0" {
  type    = string
  default = "x-y"
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
  default = ["prod", "10.1.0.0/16", "10.1.0.0/16"]
}

variable "v4" {
  type    = set(string)
  default = ["c", "b"]
}

variable "v5" {
  type    = map(string)
  default = { k1 = "10.1.0.0/16", "k 2" = "c" }
}

variable "secret" {
  type      = string
  default   = "s3cret"
  sensitive = true
}

locals {
  l0 = join(", ", [for x in try(var.v3, []) : upper(x)])
  l1 = ["10.1.0.0/16"]
  l2 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
  l3 = parseint("1f", 16)
  l4 = setsubtract(toset(keys(tomap({ k1 = "a", "k 2" = "b" }))), (toset(keys((var.v2 ? tomap({ k1 = "x-y", "k 2" = "prod" }) : var.v5)))))
}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
  for_each = (["c"] == var.v3) ? merge(var.v5, { k1 = "x-y" }) : tomap({ a = "prod", b = "a" })
    a0 = toset([for x in ["b", "Staging"] : lower(x)])
    a1 = true ? (contains(var.v4, "a") ? max(3.5, var.v1) : index(["p", "q"], "q")) : length(setsubtract(var.v4, var.v4))
    a2 = compact([lookup(merge(var.v5, { k1 = local.l2 }), "k1", var.v0), "", trimprefix(lower(terraform_data.seed.id), "x-")])
    a3 = { for x in distinct(tolist([each.value, "%{ for x in [] }<${x}>%{ endfor }"])) : x => upper(x) }
    a4 = try(tonumber(coalesce(null, replace(local.l0, "a", "o"))), (7 % 4))
    a5 = reverse(["b", "c"])
}

resource "descope_management_key" "k1" {
  for_each = { for x in distinct(["b", local.l2]) : x => upper(x) }
    a0 = setintersection(setunion(toset(keys(tomap({ k1 = "a", "k 2" = "a" }))), toset(["b"])), setsubtract(var.v4, setunion(toset(["Staging", "b"]), toset([]))))
    a1 = false
    a2 = concat([{ n = trimspace("  ${"10.1.0.0/16"} ") }, { n = coalesce(local.l0, "d") }][*].n, [upper(try(var.v5["absent"], "Staging"))])
    a3 = formatlist("%s-z", local.l1)
    a4 = var.v2
    a5 = !!(var.v1 >= 1)
}

resource "descope_management_key" "k2" {
    a0 = { for k, v in (merge(var.v5, (var.v2 ? tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" }) : var.v5))) : "${k}!" => v if v != "a" }
    a1 = alltrue([contains(slice(concat(["ü", "b", "a"], ["1", "2"]), 0, 2), "%{ if var.v2 }yes ${local.l2}%{ else }no%{ endif }"), (flatten([["c", "prod", "c"], ["ü"], [[local.l0]]]) == split("-", var.secret))])
    a2 = var.v3
    a3 = tomap({ a = "n${ceil(-4)}", b = trimsuffix("${"a"}-${var.v0}", "g") })
    a4 = length([])
    a5 = { for x in distinct([]) : x => upper(x) }
}

resource "descope_management_key" "k3" {
  for_each = toset(flatten([local.l1, [var.v0], [[local.l0]]]))
    a0 = can(zipmap(keys(var.v5), values(var.v5))["k1"]) ? (("10.1.0.0/16" == each.key) ? index(["p", "q"], "q") : try(tonumber(var.v0), 1893456000)) : (length(tomap({ k1 = "b", "k 2" = "b" })) + min(var.v1, local.l3, 3))
    a1 = sum([var.v1, length(local.l4)])
    a2 = formatlist("%s-z", slice(concat(reverse(["ü", "c"]), ["1", "2"]), 0, 2))
    a3 = var.v2
    a4 = tomap({ k1 = "10.1.0.0/16", "k 2" = "prod" })
    a5 = [formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))]
}
