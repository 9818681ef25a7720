"""Runs of a benchmark as jobs of Slurm."""
