print("slipgate")
