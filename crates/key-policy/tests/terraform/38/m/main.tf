variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = slice(concat(setsubtract(toset(keys(tomap({ k1 = "ü", "k 2" = "c" }))), ["a"])[*], ["1", "2"]), 0, 2)
    a1 = ((7 / 2) - ((7 / 2) * 2))
    a2 = index(["p", "q"], "q")
    a3 = length(merge({ for k, v in tomap({ k1 = "a", "k 2" = "ü" }) : "${k}!" => v if v != "a" }, merge(tomap({ k1 = "x-y", "k 2" = "c" }), tomap({ k1 = "prod", "k 2" = "10.1.0.0/16" }))))
    a4 = (length(keys(tomap({ k1 = "c", "k 2" = "10.1.0.0/16" }))) != 3.5)
    a5 = false
}
