v2 = false
