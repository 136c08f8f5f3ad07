variable "networks" {
  type = list(string)
}

variable "end" {
  type = number
}

resource "descope_management_key" "a" {
  name          = "A Key"
  permitted_ips = concat(["8.8.8.0/24"], var.networks)
  expire_time   = var.end
  rebac         = { company_roles = ["company-full-access"] }
}
