"""Random street scenes."""
