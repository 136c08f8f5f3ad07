v2 = true
v3 = ["a", "x-y", "Staging"]
v5 = { k1 = "10.1.0.0/16", "k 2" = "x-y" }
