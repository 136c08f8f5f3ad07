v0 = "c"
v1 = 2
v3 = ["x-y"]
v5 = { k1 = "Staging", "k 2" = "b" }
