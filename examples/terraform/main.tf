# The three keys of the resource's documentation page, with real role names.
# Check them before they reach the API: descope-keys check examples/terraform

terraform {
  required_providers {
    descope = {
      source = "descope/descope"
    }
  }
}

variable "staging_project_id" {
  description = "The project that the staging key may manage."
  type        = string
}

# Company-wide: all projects.
resource "descope_management_key" "company_key" {
  name        = "CI/CD Pipeline Key"
  description = "Used by the deployment pipeline to manage users"

  rebac = {
    company_roles = ["company-full-access"]
  }
}

# The cleartext can be had only once: hand it to a secrets manager.
output "management_key_value" {
  value     = descope_management_key.company_key.cleartext
  sensitive = true
}

# One project only, and an end.
resource "descope_management_key" "project_key" {
  name        = "Staging Key"
  description = "Limited access to staging project only"

  # 2030-01-01T00:00:00Z
  expire_time = 1893456000

  rebac = {
    project_roles = [
      {
        project_ids = [var.staging_project_id]
        roles       = ["project-full-access"]
      }
    ]
  }
}

# All projects with a tag, from the office only.
resource "descope_management_key" "restricted_key" {
  name = "Office Network Key"

  permitted_ips = ["203.0.113.0/24", "198.51.100.10"]

  rebac = {
    tag_roles = [
      {
        tags  = ["production"]
        roles = ["tag-infra-read-write"]
      }
    ]
  }
}
