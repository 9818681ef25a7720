"""What is wrong with the runs of a suite, before any of them starts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.utils import import_modules_from_strings

from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.checks import check_config
from mmmtl_bench.suite.experiment_file import experiment_config
from mmmtl_bench.suite.run_spec import RunSpec

_SEED = 'randomness.seed'
_PHASES = ('train', 'val')


def suite_problems(specs: Iterable[RunSpec], coming: Collection[str] = ()) -> tuple[str, ...]:
    """Checks the configs of runs, each once however many seeds there are.

    Args:
        specs: The runs.
        coming: Folders of data that are written before the first run. Defaults to none.

    Returns:
        The problems, a line each, which begins with the folder of the first run that has it.
    """
    found: dict[str, list[RunSpec]] = {}
    for spec in _each_config(specs).values():
        for line in _problems_of(spec, coming):
            found.setdefault(line, []).append(spec)
    return tuple(_line(text, having) for text, having in found.items())


def missing_folders(specs: Iterable[RunSpec]) -> tuple[str, ...]:
    """Lists the folders of data that runs read and that are not there.

    Args:
        specs: The runs.

    Returns:
        The folders, in the order of the runs.
    """
    roots: dict[str, None] = {}
    for spec in _each_config(specs).values():
        roots |= dict.fromkeys(_data_roots(experiment_config(spec).to_dict()))
    return tuple(root for root in roots if not Path(root).exists())


def _data_roots(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        root = part.get('data_root')
        if isinstance(root, str) and 'type' in part:
            yield root
        part = list(part.values())
    if isinstance(part, (list, tuple)):
        for inner in part:
            yield from _data_roots(inner)


def _each_config(specs: Iterable[RunSpec]) -> dict[str, RunSpec]:
    runs: dict[str, RunSpec] = {}
    for spec in specs:
        options = {key: value for key, value in spec.cfg_options.items() if key != _SEED}
        runs.setdefault(json.dumps([spec.config, options], sort_keys=True), spec)
    return runs


def _problems_of(spec: RunSpec, coming: Collection[str]) -> tuple[str, ...]:
    cfg = experiment_config(spec)
    if cfg.get('custom_imports'):
        try:
            import_modules_from_strings(**cfg.custom_imports)
        except ImportError as error:
            hint = 'a module below the current folder is found with PYTHONPATH=.'
            return (f'custom_imports: {error} ({error.__context__}); {hint}',)
    try:
        share_tasks(cfg)
    except ValueError as error:
        return (str(error),)
    return check_config(cfg, _PHASES, coming)


def _line(text: str, runs: list[RunSpec]) -> str:
    others = f' and {len(runs) - 1} more' if len(runs) > 1 else ''
    return f'{runs[0].folder}{others}: {text}'
