variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = coalescelist(var.texts, ["d"])
    a1 = setsubtract(setintersection(toset([for x in var.texts : lower(x)]), toset(["10.1.0.0/16", "ü", "10.1.0.0/16"])), toset(["prod", "prod", "prod"]))
    a2 = toset(["10.1.0.0/16", "ü", "x-y"])
    a3 = contains([for x in setsubtract(toset([]), toset(["b", "ü", "Staging"])) : x], ((false || true) ? concat(var.texts, [var.text, "z"])[1] : element(sort(concat(["prod"], ["m"])), 0)))
    a4 = floor(1893456000)
    a5 = try(cidrsubnets("10.1.0.0/16", 4, 8), [])
}
