variable "office" {
  description = "Networks of the office"
  type        = list(string)
  default     = ["203.0.113.0/24"]
}

locals {
  prefix = "prod"
}

resource "descope_management_key" "deploy" {
  name          = "${local.prefix} deploy"
  description   = "Deploys from the pipeline"
  expire_time   = 1830297600
  permitted_ips = var.office
  rebac = {
    company_roles = ["company-full-access"]
  }
  lifecycle {
    create_before_destroy = true
  }
}

resource "descope_management_key" "audit" {
  name        = "${local.prefix} audit"
  expire_time = 1830297600
  rebac = {
    project_roles = [{
      project_ids = ["P2abc"]
      roles       = ["app-read"]
    }]
  }
}
