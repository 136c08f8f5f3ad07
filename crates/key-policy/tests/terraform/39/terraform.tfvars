v3 = ["Staging"]
