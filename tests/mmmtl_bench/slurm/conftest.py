"""Imports submitit before any test runs: its import closes the log files of whoever logs by then."""

import contextlib

with contextlib.suppress(ImportError):
    import submitit  # noqa: F401
