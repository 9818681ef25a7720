"""The tasks of a benchmark's configs, without reading the configs, which are programs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from mmmtl_bench.run.run_record import read_record
from mmmtl_bench.suite.config_files import is_of_package, read_tasks
from mmmtl_bench.suite.run_spec import RunSpec


class RecordedTasks:
    """Gives the tasks of a config: from the package, or else as a finished run recorded them.

    Args:
        folder: The benchmark's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _runs(self) -> dict[str, list[RunSpec]]:
        """The finished runs by config, read where a config is not one of the package."""
        runs: dict[str, list[RunSpec]] = {}
        for path in sorted(self._folder.glob('**/seed*/record.json')):
            with suppress(ValueError):  # named when the runs of the suite are read
                if record := read_record(path.parent):
                    runs.setdefault(record.spec.config, []).append(record.spec)
        return runs

    def __call__(self, config: str, options: Mapping[str, Any]) -> tuple[str, ...]:
        """Gives the tasks of a config.

        Args:
            config: Name of the config of the package, or path of another, which is not read.
            options: Values by dotted key that override the config's.

        Returns:
            Names of the tasks; those of the finished run with this config that has most of the
            options. Empty if there is no such run.
        """
        if is_of_package(config):
            return read_tasks(config, options)
        runs = self._runs.get(config, [])
        return max(runs, key=lambda run: _alike(run, options)).tasks if runs else ()


def _alike(run: RunSpec, options: Mapping[str, Any]) -> int:
    return sum(run.cfg_options.get(key) == value for key, value in options.items())
