raise RuntimeError("no secrets here")
