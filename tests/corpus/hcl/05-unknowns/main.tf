# What depends on other resources is not known before apply, and must not be found wrong.
resource "aws_eip" "nat" {
  count = 2
}

data "descope_project" "current" {
  name = "main"
}

variable "extra_roles" {
  type = set(string)
}

resource "descope_management_key" "nat" {
  name          = "nat-${aws_eip.nat[0].id}"
  permitted_ips = [for eip in aws_eip.nat : "${eip.public_ip}/32"]

  rebac = {
    project_roles = [{
      project_ids = [data.descope_project.current.id, ""]
      roles       = setunion(var.extra_roles, ["project-full-access"])
    }]
  }
}

resource "descope_management_key" "mixed" {
  name          = "mixed"
  permitted_ips = [aws_eip.nat[0].public_ip, "10.0.0.0/99"]
  expire_time   = var.undeclared
  rebac         = merge(local.undeclared, { company_roles = [] })
}

resource "descope_management_key" "some" {
  for_each = toset(aws_eip.nat[*].public_ip)

  name  = each.key
  rebac = { company_roles = [] }
}
