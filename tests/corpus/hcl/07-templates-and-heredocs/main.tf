variable "owners" {
  default = ["ann@example.com", "bob@example.com"]
}

resource "descope_management_key" "documented" {
  name = "docs: $${not} an ${"interpolation"}"

  description = <<-EOT
    Owned by ${join(", ", var.owners)}.

    # no comment, } no end, "no quote
  EOT

  status = <<EOT
active
EOT

  permitted_ips = [
    # office
    "203.0.113.9", // VPN
    /* to be removed: "10.0.0.0/99" */
  ]

  rebac = { company_roles = ["%{ for o in var.owners }${o}%{ endfor }"] }
}
