variable "team" { type = string }

variable "enabled" {
  type    = bool
  default = false
}

variable "settings" {
  type = object({
    roles  = optional(set(string), ["tenant-admin"])
    ips    = optional(list(string))
    expire = optional(number, 0)
  })
}

module "key" {
  source = "./key"
  count  = var.enabled && length(var.settings.roles) > 0 ? 2 : 1
  name   = format("%s-%02d", var.team, count.index + 1)
  roles  = sort(var.settings.roles)
  ips    = coalescelist(var.settings.ips, ["0.0.0.0/0"])
  expire = var.settings.expire
}

output "expire" { value = var.settings.expire }
output "roles" { value = tolist(var.settings.roles) }
output "name" { value = module.key[0].name }
