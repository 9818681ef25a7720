"""The folder of a benchmark: whether it may be used, and the suite that lies in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from mmmtl.files import write_atomically
from mmmtl.shipped_files import find_suite
from mmmtl_bench.run.run_record import RECORD_FILE
from mmmtl_bench.suite.run_differences import config_differences, spec_differences
from mmmtl_bench.suite.run_spec import SPEC_FILE, RunSpec, read_spec
from mmmtl_bench.suite.suite_reading import SUITE_FILE, read_suite_values


def check_work_dir(root: str | Path, specs: Sequence[RunSpec], resume: bool) -> None:
    """Checks that runs can be made in a folder.

    Args:
        root: The folder; it need not exist.
        specs: The runs.
        resume: Whether runs that it has already are to go on.

    Raises:
        ValueError: If the folder has runs that are not to go on, or if a run was made there with
            other values: those of the suite, or of the config file it names.
    """
    found = [path.parent for path in Path(root).rglob(SPEC_FILE)]
    if found and not resume:
        finished = sum((folder / RECORD_FILE).is_file() for folder in found)
        raise ValueError(
            f'{root} has runs already, {finished} finished and {len(found) - finished} not. Add '
            '--resume to go on with them, or choose another --work-dir.'
        )
    for spec in specs:
        folder = Path(root, spec.folder)
        if folder in found:
            different = spec_differences(read_spec(folder), spec) or config_differences(
                folder, spec
            )
            if different:
                raise ValueError(
                    f'{folder}: the run there was made with other values than it would be now: '
                    f'{"; ".join(different)}. Choose another --work-dir, or delete that folder.'
                )


def write_suite(root: str | Path, path: str | Path, values: Mapping[str, Any]) -> None:
    """Writes a benchmark's suite into its folder, for the report.

    A suite that was not changed is copied as it is. Seeds that were run in the folder before stay
    in it.

    Args:
        root: The folder.
        path: The suite's file.
        values: Its values, as they are run.

    Raises:
        ValueError: If the folder has a suite that cannot be read.
    """
    target = Path(root, SUITE_FILE)
    values = dict(values)
    if target.is_file():
        before = read_suite_values(target).get('seeds', [0])
        now = values.get('seeds', [0])
        if not set(before) <= set(now):
            values['seeds'] = [*before, *(seed for seed in now if seed not in before)]
    if values == read_suite_values(path):
        text = find_suite(path).read_text(encoding='utf-8')
    else:
        text = yaml.safe_dump(values, sort_keys=False, width=100, allow_unicode=True)
    write_atomically(target, text)
