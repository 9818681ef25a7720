"""From the records of runs to tables of numbers, beside the published ones."""
