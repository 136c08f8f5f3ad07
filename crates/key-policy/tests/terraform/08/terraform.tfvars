v3 = ["prod", "10.1.0.0/16", "prod"]
v4 = ["a", "Staging"]
