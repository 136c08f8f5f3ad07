variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = setintersection(setunion(toset(var.texts), toset(keys(tomap({ k1 = "c", "k 2" = "Staging" })))), toset(keys({ for k, v in tomap({ k1 = "x-y", "k 2" = "b" }) : "${k}!" => v if v != "a" })))
    a1 = startswith(format("%s %v", title(var.text), length(tomap({ k1 = "b", "k 2" = "b" }))), "a")
    a2 = setunion(toset([for k, v in tomap({ k1 = "b", "k 2" = "b" }) : "${k}:${v}"]), toset([for x in ["c", "Staging"] : lower(x)]))
    a3 = merge(merge(zipmap(keys(tomap({ k1 = "10.1.0.0/16", "k 2" = "x-y" })), values(tomap({ k1 = "prod", "k 2" = "x-y" }))), { k1 = upper(var.text) }), { for x in distinct(concat(var.texts, var.texts)) : x => upper(x) })
    a4 = tonumber("12")
    a5 = (2 * 2)
}
