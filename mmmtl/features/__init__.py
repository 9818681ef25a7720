"""Features of a frozen backbone that were computed once, and are read in training."""
