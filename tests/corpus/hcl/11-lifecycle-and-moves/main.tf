provider "descope" {
  management_key = var.management_key
}

provider "descope" {
  alias    = "eu"
  base_url = "https://api.euc1.descope.com"
}

variable "management_key" {
  type      = string
  sensitive = true
}

resource "descope_management_key" "rotated" {
  provider = descope.eu

  name        = "rotated"
  expire_time = 1893456000
  rebac       = { company_roles = ["company-full-access"] }

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [description]
  }

  depends_on = [terraform_data.window]
}

moved {
  from = descope_management_key.old
  to   = descope_management_key.rotated
}

import {
  to = descope_management_key.rotated
  id = "K2abc"
}

removed {
  from = descope_management_key.gone
  lifecycle {
    destroy = false
  }
}

resource "terraform_data" "window" {}

output "rotated" {
  value = descope_management_key.rotated.cleartext
}

output "hidden" {
  value     = { secret = descope_management_key.rotated.cleartext }
  sensitive = true
}
