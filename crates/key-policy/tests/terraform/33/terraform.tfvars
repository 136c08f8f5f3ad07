v3 = ["Staging", "a", "x-y"]
