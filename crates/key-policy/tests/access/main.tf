resource "descope_management_key" "company" {
  name  = "CI/CD Pipeline Key"
  rebac = { company_roles = ["company-full-access"] }
}

resource "descope_management_key" "staging" {
  name          = "Staging key with a name that is far too long for its box"
  status        = "inactive"
  expire_time   = 1893456000
  permitted_ips = ["203.0.113.0/25", "203.0.113.128/25", "198.51.100.10", "2001:db8::/32", "2001:db8:1::/48"]
  rebac = {
    project_roles = [
      { project_ids = ["P2aAc4T2V93bddihGEx2Ryhc8e5Z", "P3"], roles = ["project-full-access"] },
      { project_ids = ["P3"], roles = ["project-read-only"] },
    ]
    tag_roles = [{ tags = ["production"], roles = ["tag-infra-read-write", data.x.role] }]
  }
}

resource "descope_management_key" "unclear" {
  name          = data.x.name
  expire_time   = data.x.time
  permitted_ips = ["203.0.113.7", data.x.ip]
  rebac         = data.x.rebac
}

resource "descope_management_key" "fleet" {
  name          = "Fleet"
  permitted_ips = [
    "203.0.113.1", "203.0.113.3", "203.0.113.5", "203.0.113.7", "203.0.113.9", "203.0.113.11", "203.0.113.13",
    "203.0.113.15", "203.0.113.17", "203.0.113.19", "203.0.113.21", "203.0.113.23", "203.0.113.25",
  ]
  rebac = { tag_roles = [{ tags = ["a"], roles = ["r"] }] }
}
