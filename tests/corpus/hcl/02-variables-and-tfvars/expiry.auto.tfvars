expires = "1700000000"
