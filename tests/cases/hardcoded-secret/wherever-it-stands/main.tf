# Old key: P2aAc4T2V93bddihGEx2Ryhc8e5Z:K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4
resource "descope_management_key" "a" {
  name        = "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4"
  description = "K2aAc4T2V93bddihGEx2Ryhc8e5Z is only an id"
  status      = "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4"
  rebac       = { company_roles = ["company-full-access"] }
}

provider "descope" {
  management_key = "K2aShortButHereItIsTheKey"
}
