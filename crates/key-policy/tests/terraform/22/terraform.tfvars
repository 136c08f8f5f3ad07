v2 = true
v3 = []
