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
variable "c1" {
  type    = list(string)
  default = [1, true, null, 2.50]
}
variable "c2" {
  type    = map(number)
  default = { a = "1", b = 2.5, c = null }
}
variable "c3" {
  type    = set(number)
  default = ["2", 1, 2, "1e1"]
}
variable "c4" {
  type    = object({ a = optional(any), b = any, c = optional(any, 5) })
  default = { b = [1] }
}
variable "c5" {
  type    = map(any)
  default = { a = [1], b = ["x", "y"] }
}
variable "c6" {
  type    = list(object({ n = string, m = optional(map(string), {}) }))
  default = [{ n = 1 }, { n = "b", m = { x = 1 } }]
}
variable "c7" {
  type    = object({ a = optional(object({ b = optional(string, "x"), c = optional(number) })) })
  default = {}
}
variable "c8" {
  type    = object({ a = optional(object({ b = optional(string, "x"), c = optional(number) })) })
  default = { a = {} }
}
variable "c9" {
  type    = any
  default = [1, "a"]
}
variable "c10" {
  type    = bool
  default = "true"
}
variable "c11" {
  type    = number
  default = "1e3"
}
variable "c12" {
  type    = string
  default = 1.50
}
variable "c13" {
  type    = map(string)
  default = { b = 1, a = null }
}
variable "c14" {
  type    = object({ a = string, b = optional(string, "x") })
  default = null
}
variable "c15" {
  type    = map(object({ x = optional(list(string), ["d"]) }))
  default = { k = null, l = {}, m = { x = null }, n = { x = [1] } }
}
variable "c16" {
  type = object({
    a = optional(number, "5")
    b = optional(list(string), [1])
    c = optional(set(string), ["b", "a", "b"])
    d = optional(object({ a = optional(string, "x"), b = optional(string) }), { b = "y" })
    e = optional(map(object({ f = optional(bool, true) })), { k = {} })
    g = optional(tuple([string, number]), [1, "2"])
  })
  default = {}
}
variable "c17" {
  type     = string
  default  = "d"
  nullable = false
}
variable "c18" {
  type    = set(any)
  default = ["b", 1, true]
}
variable "c19" {
  type    = list(map(string))
  default = [{ a = 1 }, { b = true }]
}
variable "c20" {
  type    = map(map(number))
  default = { a = { b = "1" } }
}
variable "c21" {
  type    = set(list(string))
  default = [["b"], ["a", "c"], ["b"]]
}
variable "c22" {
  type    = list
  default = [1, "a"]
}
variable "c23" {
  type    = map
  default = { a = 1, b = "x" }
}
variable "c24" {
  default = { a = 1, b = ["x"] }
}
variable "c25" {
  type    = object({ a = optional(string, "q"), c = list(number) })
  default = { c = ["1", 2] }
}
variable "c26" {
  type    = list(any)
  default = [{ a = 1 }, { a = "x", b = true }]
}
variable "c27" {
  type    = list(any)
  default = []
}
variable "c28" {
  type    = map(list(string))
  default = {}
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
