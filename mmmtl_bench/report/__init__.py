"""Tables and figures of a benchmark, as files for readers."""
