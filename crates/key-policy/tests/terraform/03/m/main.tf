variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = ["a"]
    a1 = [for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)]
    a2 = toset([for x in [for x in flatten([var.texts, [var.text], [[var.text]]]) : "${x}!" if x != "b"] : lower(x)])
    a3 = startswith(try(merge(tomap({ k1 = "prod", "k 2" = "ü" }), tomap({ k1 = "ü", "k 2" = "a" }))["absent"], one([var.text])), "a")
    a4 = false
    a5 = range(4)[2]
}
