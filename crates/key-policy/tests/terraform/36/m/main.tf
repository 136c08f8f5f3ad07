variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = ceil(range(4)[2])
    a1 = setunion(toset(tolist(toset(["prod", "ü"]))), toset([for x in flatten([var.texts, [terraform_data.seed.id], [["x-y"]]]) : lower(x)]))
    a2 = 1893456000
    a3 = toset(["x-y", "b"])
    a4 = (7 / 2)
    a5 = (length(reverse(tolist([terraform_data.seed.id, var.text]))) != tonumber("12"))
}
