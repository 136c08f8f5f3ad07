provider "descope" {
  management_key = "K2a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4a1B2c3D4"
}
