v2 = true
v3 = []
v4 = []
