"""What is wrong with the runs of a suite, before any of them starts."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

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
    runs: dict[str, RunSpec] = {}
    for spec in specs:
        options = {key: value for key, value in spec.cfg_options.items() if key != _SEED}
        runs.setdefault(json.dumps([spec.config, options], sort_keys=True), spec)
    found: dict[str, list[RunSpec]] = {}
    for spec in runs.values():
        for line in _problems_of(spec, coming):
            found.setdefault(line, []).append(spec)
    return tuple(_line(text, having) for text, having in found.items())


def _problems_of(spec: RunSpec, coming: Collection[str]) -> tuple[str, ...]:
    cfg = experiment_config(spec)
    if cfg.get('custom_imports'):
        import_modules_from_strings(**cfg.custom_imports)
    try:
        share_tasks(cfg)
    except ValueError as error:
        return (str(error),)
    return check_config(cfg, _PHASES, coming)


def _line(text: str, runs: list[RunSpec]) -> str:
    others = f' and {len(runs) - 1} more' if len(runs) > 1 else ''
    return f'{runs[0].folder}{others}: {text}'
