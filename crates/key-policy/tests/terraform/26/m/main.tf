variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = concat([try(tomap({ k1 = "prod", "k 2" = "Staging" })["absent"], "10.1.0.0/16"), one([terraform_data.seed.id])], [trim(concat(["ü", "10.1.0.0/16", "a"], ["ü", "z"])[1], "ab")])
    a1 = var.text
    a2 = setunion(toset([]), toset(["b", "c", "x-y"]))
    a3 = toset(keys(merge({ for k, v in tomap({ k1 = "ü", "k 2" = "c" }) : "${k}!" => v if v != "a" }, zipmap(keys(tomap({ k1 = "Staging", "k 2" = "b" })), values(tomap({ k1 = "b", "k 2" = "x-y" }))))))
    a4 = !(startswith((true ? var.text : var.text), "a"))
    a5 = (false && endswith(trimprefix(var.text, "x-"), "d"))
}
