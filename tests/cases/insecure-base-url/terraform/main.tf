provider "descope" {
  base_url = "http://api.descope.com"
}
