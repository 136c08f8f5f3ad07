variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h"))
    a1 = alltrue([(length([for x in toset(["prod"]) : x]) != 2), strcontains("c", "o")])
    a2 = false
    a3 = formatlist("%s-z", [for x in toset(keys(tomap({ k1 = "b", "k 2" = "b" }))) : x])
    a4 = [for x in try([for n in range(3) : cidrsubnet("10.0.0.0/16", 8, n)], []) : "${x}!" if x != "b"]
    a5 = toset(concat(coalescelist(["prod"], ["d"]), [tostring(-4)]))
}
