v0 = "b"
v1 = 0
v5 = { k1 = "prod", "k 2" = "x-y" }
