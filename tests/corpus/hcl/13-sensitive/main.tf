# What is sensitive is checked, and never shown.
variable "partner_ips" {
  type      = list(string)
  sensitive = true
  default   = ["203.0.113.4", "partner.example.com"]
}

variable "label" {
  sensitive = true
  default   = "   "
}

resource "descope_management_key" "partner" {
  name          = var.label
  description   = "for ${var.label}"
  permitted_ips = concat(["198.51.100.0/40"], var.partner_ips)
  status        = sensitive("enabled")
  rebac         = { company_roles = nonsensitive([var.label]) }
}
