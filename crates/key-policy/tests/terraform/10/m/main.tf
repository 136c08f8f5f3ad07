variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = 0
    a1 = tomap({ k1 = "10.1.0.0/16", "k 2" = "a" })
    a2 = toset(values({ for k, v in tomap({ k1 = "ü", "k 2" = "a" }) : "${k}!" => v if v != "a" }))
    a3 = coalescelist([substr("prod", 0, 2)], ["d"])
    a4 = concat([for i, x in setsubtract(toset(["ü", "b", "b"]), ["a"])[*] : "${i}=${x}"], ([for k, v in (false ? tomap({ k1 = "b", "k 2" = "prod" }) : tomap({ k1 = "b", "k 2" = "prod" })) : "${k}:${v}"]))
    a5 = ["ü", "10.1.0.0/16", "prod"]
}
