resource "descope_management_key" "a" {
  name        = "A"
  expire_time = 1893456000.5
  rebac       = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "b" {
  name        = "B"
  expire_time = "4102444800"
  rebac       = { company_roles = ["company-full-access"] }
}
