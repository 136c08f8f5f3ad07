# The same module for three services and, by mistake, with a network that does not exist.
module "service" {
  source   = "./modules/service-key"
  for_each = toset(["orders", "users"])

  name     = each.value
  networks = ["203.0.113.0/24"]
}

module "batch" {
  source = "./modules/service-key"

  name     = "batch"
  networks = ["203.0.113.0/24", "203.0.113.0/42"]
  company  = true
}

module "elsewhere" {
  source  = "acme/keys/descope"
  version = "1.2.0"
}

output "keys" {
  value = { for name, service in module.service : name => service.key_name }
}

resource "descope_management_key" "after" {
  name  = "after ${module.batch.key_name}"
  rebac = { company_roles = [module.elsewhere.role] }
}
