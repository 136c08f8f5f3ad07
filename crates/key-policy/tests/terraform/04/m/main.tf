variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = toset(["Staging"])
    a1 = toset(keys(merge(tomap({ a = var.text, b = var.text }), { k1 = upper(var.text) })))
    a2 = var.texts
    a3 = var.text
    a4 = setsubtract(toset([for x in var.texts : lower(x)]), toset(["x-y", "x-y"]))
    a5 = length(tomap({ a = "prod", b = "${terraform_data.seed.id}-${var.text}" }))
}
