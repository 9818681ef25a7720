"""What a benchmark runs: its suite file, and the config of each run."""
