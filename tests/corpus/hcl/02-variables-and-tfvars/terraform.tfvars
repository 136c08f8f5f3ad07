environment  = "staging"
office_cidrs = ["203.0.113.0/24", "198.51.100.300"]
