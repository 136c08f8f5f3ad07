variable "name" {}
variable "roles" { type = list(string) }
variable "ips" { type = list(string) }
variable "expire" {
  type     = number
  nullable = false
  default  = 1798761600
}

resource "descope_management_key" "this" {
  name          = var.name
  expire_time   = var.expire
  permitted_ips = var.ips
  rebac = {
    company_roles = var.roles
  }
}

output "name" { value = descope_management_key.this.name }
