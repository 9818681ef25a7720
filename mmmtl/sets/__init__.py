"""Data sets beside each other: their names, which one a sample is of, where a config has them."""
