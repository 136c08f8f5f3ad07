variable "name" {
  type = string
}

variable "networks" {
  type = list(string)
}

variable "company" {
  type    = bool
  default = false
}

output "key_name" {
  value = descope_management_key.this.name
}
