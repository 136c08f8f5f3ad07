# Every tenant has a module, in it a key for each environment: 12 x 5 keys.
locals {
  tenants      = [for n in range(12) : format("tenant-%02d", n)]
  environments = toset(["dev", "test", "qa", "staging", "prod"])
}

module "tenant" {
  source   = "./modules/tenant"
  for_each = { for at, name in local.tenants : name => at }

  name         = each.key
  environments = local.environments
  network      = cidrsubnet("198.51.100.0/24", 4, each.value)
  strict       = each.value != 7
}
