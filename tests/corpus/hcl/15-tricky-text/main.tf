# ünïcödé, tabs, odd spaces, CR LF and names that look like syntax
locals { braces = "}{ ${"}"} \"" }

resource   "descope_management_key"   "ünïcödé" {
	name="ключ 🔑 ${local.braces}"
	permitted_ips=["::1","2001:db8::/129",]
	rebac={company_roles=["r"]} # } resource "descope_management_key" "no" {
}

resource "descope_management_key" "one_line" { name = "one line" }

# resource "descope_management_key" "commented" { name = "" }
/*
resource "descope_management_key" "commented_too" {
  name = ""
}
*/
