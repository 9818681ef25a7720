"""Imports submitit before any test runs: its import closes the log files that are open by then."""

import contextlib

with contextlib.suppress(ImportError):
    import submitit  # noqa: F401
