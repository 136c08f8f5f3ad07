resource "descope_management_key" "ci" {
  name = "cafÿ"
}
