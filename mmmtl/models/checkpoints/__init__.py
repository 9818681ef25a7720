"""Maps of names: other programs' weights in mmmtl's networks."""
