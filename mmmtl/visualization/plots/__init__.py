"""Curves and bars of what runs logged, drawn with matplotlib."""
