variable "texts" {
  type = list(string)
}

variable "text" {}

resource "terraform_data" "seed" {}

resource "descope_management_key" "k0" {
    a0 = toset(keys(zipmap(keys(merge(tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" }), tomap({ k1 = "10.1.0.0/16", "k 2" = "Staging" }))), values({ for x in distinct(var.texts) : x => upper(x) }))))
    a1 = lower(substr("${var.text}-${var.text}", 0, 2))
    a2 = tomap({ a = "%{ for x in [for i, x in ["ü", "ü", "Staging"] : "${i}=${x}"] }<${x}>%{ endfor }", b = formatdate("YYYY-MM-DD", timeadd("2030-01-01T00:00:00Z", "36h")) })
    a3 = toset(["prod", "b"])
    a4 = abs(0)
    a5 = cidrsubnets("10.1.0.0/16", 4, 8)
}
