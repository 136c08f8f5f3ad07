v0 = "Staging"
