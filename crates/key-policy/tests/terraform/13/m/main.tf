variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = anytrue([(length(tomap({ k1 = "c", "k 2" = "10.1.0.0/16" })) >= 3.5)])
    a1 = false
    a2 = setsubtract(setintersection(toset(["x-y", "c", "x-y"]), toset(["c", "x-y", "x-y"])), toset([for x in slice(concat(["Staging"], ["1", "2"]), 0, 2) : lower(x)]))
    a3 = format("%s/%03d", join(", ", var.texts), 7)
    a4 = 3.5
    a5 = tomap({ k1 = "c", "k 2" = "a" })
}
