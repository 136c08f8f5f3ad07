v5 = { k1 = "Staging", "k 2" = "x-y" }
