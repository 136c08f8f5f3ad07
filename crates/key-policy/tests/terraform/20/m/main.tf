variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = [for x in try(keys(tomap({ k1 = "b", "k 2" = "Staging" })), []) : "${x}!" if x != "b"]
    a1 = merge(({ for k, v in (true ? tomap({ k1 = "ü", "k 2" = "10.1.0.0/16" }) : tomap({ k1 = "Staging", "k 2" = "x-y" })) : "${k}!" => v if v != "a" }), { k1 = concat(formatlist("%s-z", var.texts), [replace(var.text, "a", "o"), "z"])[1] })
    a2 = (1893456000 < 3.5)
    a3 = anytrue([alltrue([false, false])])
    a4 = ((length(tolist(toset([]))) != (7 / 2)) && alltrue([strcontains("prod", "o"), can(tomap({ k1 = "x-y", "k 2" = "c" })["k1"])]))
    a5 = var.texts
}
