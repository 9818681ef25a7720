"""Benchmarks: a matrix of runs, the numbers they end with, and the tables and figures of these."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    'BenchmarkResults': 'results.result_types',
    'RunRecord': 'run.run_record',
    'RunSpec': 'suite.run_spec',
    'Suite': 'suite.suite',
    'read_record': 'run.run_record',
    'read_results': 'results.results',
    'read_spec': 'suite.run_spec',
    'read_suite': 'suite.suite_reading',
}
"""Modules of what the package exports; each is imported when it is asked for, so that a process
which only trains or describes one run does not wait for tables and figures."""
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    return getattr(import_module(f'{__name__}.{_MODULES[name]}'), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
