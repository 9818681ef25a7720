"""Random furnished rooms."""
