resource "descope_management_key" "ci" {
  name = "Staging Key"
  # descope-keys: allow(any-ipp) -- reached from everywhere
  description = "Staging"
  rebac       = { company_roles = ["company-full-access"] }
}
