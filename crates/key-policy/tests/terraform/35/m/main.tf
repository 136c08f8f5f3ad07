variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = var.text
    a1 = [for x in setsubtract(setintersection(toset([]), toset([])), ["a"])[*] : "${x}!" if x != "b"]
    a2 = setunion(setintersection(setsubtract(toset([]), toset(["prod", "Staging", "c"])), toset(["b"])), setsubtract(toset([for x in [] : lower(x)]), toset(keys(tomap({ k1 = "a", "k 2" = "b" })))))
    a3 = merge({ for x in distinct([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]) : x => upper(x) }, { k1 = split("/", "a/${coalesce(null, var.text)}")[0] })
    a4 = split("/", "a/${lookup(tomap({ k1 = "ü", "k 2" = "b" }), "k1", cidrhost("10.2.0.0/16", 5))}")[0]
    a5 = toset(["10.1.0.0/16", "x-y"])
}
