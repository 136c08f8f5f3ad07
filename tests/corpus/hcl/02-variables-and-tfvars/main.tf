# A service with one key for each environment, chosen by terraform.tfvars.
variable "environment" {
  type        = string
  description = "staging or production"
}

variable "office_cidrs" {
  type    = list(string)
  default = []
}

variable "expires" {
  type    = number
  default = null
}

variable "project_ids" {
  type = map(string)
  default = {
    staging    = "P2aAc4T2V93bddihGEx2Ryhc8e5Z"
    production = "P2aAc4T2V93bddihGEx2RyhcProd"
  }
}

resource "descope_management_key" "service" {
  name          = "orders-${var.environment}"
  status        = var.environment == "production" ? "active" : "inactve"
  permitted_ips = var.office_cidrs
  expire_time   = var.expires

  rebac = {
    project_roles = [{
      project_ids = [var.project_ids[var.environment]]
      roles       = ["project-full-access"]
    }]
  }
}
