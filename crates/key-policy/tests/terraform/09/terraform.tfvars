v0 = "b"
v2 = false
v3 = ["b", "c"]
