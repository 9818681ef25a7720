"""The config file of one run of a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from mmengine.config import Config

from mmmtl.files import write_atomically
from mmmtl_bench.suite.config_files import find_config, merged_config
from mmmtl_bench.suite.run_spec import RunSpec

EXPERIMENT_FILE = Path('config', 'experiment.py')
"""The config in a run's folder. mmengine writes the whole of it to ``experiment.py`` above."""

_DELETE = '_delete_'
_VALIDATION_LOSS_HOOK = 'ValidationLossHook'


def write_experiment(spec: RunSpec, folder: str | Path) -> Config:
    """Writes a config file that trains one run: the experiment's with what the run overrides.

    The file has the experiment's as its base, so it reads as what is special to the run, and
    anybody can train with it. Beside the spec's options it has the hook that logs the losses on the
    validation set.

    Args:
        spec: The run.
        folder: The run's folder.

    Returns:
        The whole config.

    Raises:
        FileNotFoundError: If the spec's config is not there.
        ValueError: If the options do not fit it.
    """
    base = merged_config(spec.config, {})
    cfg = experiment_config(spec)
    changes = changed_values(base.to_dict(), cfg.to_dict())
    lines = [
        f'# {_describe(spec)}: one run of a benchmark, made by mmmtl benchmark.',
        f'_base_ = [{str(find_config(spec.config))!r}]',
        Config(changes).pretty_text,
    ]
    write_atomically(Path(folder, EXPERIMENT_FILE), '\n'.join(lines))
    return cfg


def experiment_config(spec: RunSpec) -> Config:
    """Gives the whole config of a run.

    Args:
        spec: The run.

    Returns:
        The config: the experiment's, the spec's options, and the hook that logs the losses on the
        validation set.

    Raises:
        FileNotFoundError: If the spec's config is not there.
        ValueError: If the options do not fit it.
    """
    cfg = merged_config(spec.config, spec.cfg_options)
    hooks = list(cfg.get('custom_hooks') or [])
    if cfg.get('val_evaluator') and not any(
        hook['type'] == _VALIDATION_LOSS_HOOK for hook in hooks
    ):
        cfg.custom_hooks = [*hooks, dict(type=_VALIDATION_LOSS_HOOK)]
    return cfg


def changed_values(base: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Gives what a config that inherits from another must say to become a third.

    Args:
        base: Values of the config that is inherited from.
        changed: Values that are to result.

    Returns:
        The values that differ; ``_delete_`` where inherited ones must go.
    """
    changes: dict[str, Any] = {}
    for key, value in changed.items():
        if key in base and base[key] == value:
            continue
        if not isinstance(value, dict) or key not in base:
            changes[key] = deepcopy(value)
        elif not isinstance(base[key], dict) or set(base[key]) - set(value):
            changes[key] = {_DELETE: True, **deepcopy(value)}
        else:
            changes[key] = changed_values(base[key], value)
    return changes


def _describe(spec: RunSpec) -> str:
    parts = [spec.dataset, spec.architecture, ' + '.join(spec.tasks)]
    if spec.weighting is not None:
        parts.append(spec.weighting)
    return ', '.join([*parts, f'seed {spec.seed}'])
