v3 = []
v5 = { k1 = "ü", "k 2" = "Staging" }
