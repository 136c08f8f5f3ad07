variable "n" {
  type    = number
  default = 5
}
variable "nul" { default = null }
variable "nulltext" {
  type    = string
  default = null
}
variable "texts" {
  type    = list(string)
  default = ["b", "a", "b"]
}
variable "set" {
  type    = set(string)
  default = ["b", "a", "ä", "B"]
}
variable "numbers" {
  type    = set(number)
  default = [10, 9, -1, 1.5]
}
variable "map" {
  type    = map(string)
  default = { b = 2, a = 1 }
}
variable "object" {
  type    = object({ a = string, b = optional(number, 7), c = optional(string), d = optional(object({ e = optional(list(string), ["x"]), f = optional(bool) }), {}) })
  default = { a = 1, extra = true }
}
variable "objects" {
  type    = map(object({ roles = optional(set(string), ["r"]), name = optional(string) }))
  default = { y = {}, x = { roles = ["b", "a"], name = null } }
}
variable "sets" {
  type    = set(object({ n = string, v = optional(number, 1) }))
  default = [{ n = "b" }, { n = "a", v = 2 }]
}
variable "anymap" {
  type    = map(any)
  default = { a = 1, b = "x" }
}
variable "anylist" {
  type    = list(any)
  default = [1, "x", true]
}
variable "tuple" {
  type    = tuple([string, number, bool])
  default = [1, "2", "true"]
}
variable "any" {
  default = { l = [1, "a"], m = { k = null } }
}
variable "secret" {
  default   = "s3cret"
  sensitive = true
}
locals {
  u      = terraform_data.seed.id
  ul     = terraform_data.seed.output
  list   = ["x", "y", local.u]
  map    = { b = 2, a = 1 }
  people = [{ name = "ann", age = 30 }, { name = "bob", age = 40 }]
  empty  = []
}
resource "terraform_data" "seed" {
  input = ["a"]
}
