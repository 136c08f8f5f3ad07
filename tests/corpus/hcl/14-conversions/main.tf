# Terraform converts where it can; what it cannot convert is left to it.
variable "ports" {
  type    = map(number)
  default = { http = "80" }
}

variable "settings" {
  type = object({
    name    = string
    status  = optional(string, "inactive")
    ips     = optional(set(string), [])
    expires = optional(number)
  })
  default = {
    name    = 4711
    ips     = ["203.0.113.2", "203.0.113.1", "203.0.113.2"]
    expires = "2147483648"
  }
}

variable "not_a_number" {
  type    = number
  default = "soon"
}

resource "descope_management_key" "converted" {
  name          = var.settings.name
  description   = true
  status        = var.settings.status
  permitted_ips = var.settings.ips
  expire_time   = var.settings.expires
  rebac         = { company_roles = tolist(keys(var.ports)) }
}

resource "descope_management_key" "refused" {
  name        = "refused"
  expire_time = var.not_a_number
  rebac       = { company_roles = toset([1, true, "r"]) }
}

resource "descope_management_key" "try" {
  name  = try(var.settings.label, var.settings.title, "fallback")
  rebac = { company_roles = can(tonumber("x")) ? ["a"] : [] }
}
