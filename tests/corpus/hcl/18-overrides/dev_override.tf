# Developers try things out here.
locals {
  prefix = "dev"
}

variable "office" {
  default = ["10.1.2.3", "10.1.2.3"]
}

resource "descope_management_key" "deploy" {
  expire_time = 1830297600000
  lifecycle {
    create_before_destroy = false
  }
}
