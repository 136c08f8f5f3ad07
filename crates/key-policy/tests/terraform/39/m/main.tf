variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = setintersection(setintersection(toset(["c"]), setintersection(toset(["x-y"]), toset(["ü"]))), setsubtract(setsubtract(toset(["10.1.0.0/16", "x-y"]), toset([])), toset(var.texts)))
    a1 = concat(try(coalescelist(["b"], ["d"]), []), [trimprefix(var.text, "x-"), keys({ k = "Staging" })[0]])
    a2 = split("-", jsonencode([]))
    a3 = tolist([jsonencode(flatten([["c", "ü"], ["ü"], [[terraform_data.seed.id]]])), one([jsonencode(var.texts)])])
    a4 = toset(concat([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)], [var.text]))
    a5 = true ? (merge((true ? tomap({ k1 = "Staging", "k 2" = "c" }) : tomap({ k1 = "c", "k 2" = "a" })), zipmap(keys(tomap({ k1 = "prod", "k 2" = "b" })), values(tomap({ k1 = "prod", "k 2" = "a" }))))) : tomap({ k1 = "10.1.0.0/16", "k 2" = "10.1.0.0/16" })
}
