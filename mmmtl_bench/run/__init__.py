"""Runs of a benchmark: their processes, their progress, and the record that each ends with."""
