variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = anytrue([!(-4 < 0)])
    a1 = setintersection(setintersection(setunion(toset(["c", "10.1.0.0/16", "c"]), toset(["c", "ü", "a"])), toset(["c"])), toset([for x in [for x in ["Staging", "x-y", "b"] : upper(x)] : lower(x)]))
    a2 = setsubtract(toset(distinct(concat(["a", "c", "a"], [var.text]))), toset(["Staging", "10.1.0.0/16"]))
    a3 = can(tomap({ k1 = "c", "k 2" = "Staging" })["k1"])
    a4 = var.texts
    a5 = try(tomap({ k1 = "ü", "k 2" = "x-y" })["absent"], (nonsensitive((true ? terraform_data.seed.id : var.text))))
}
