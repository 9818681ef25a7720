"""In what two runs of a benchmark differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.compat.config_reading import read_config
from mmmtl_bench.suite.experiment_file import EXPERIMENT_FILE, experiment_config
from mmmtl_bench.suite.run_spec import RunSpec

_NOT_SET = 'not set'
_SET_BY_TRAINING = ('work_dir', 'launcher', 'resume', 'load_from')


def spec_differences(found: RunSpec, expected: RunSpec) -> list[str]:
    """Says in what two runs differ.

    Args:
        found: One run.
        expected: The other one.

    Returns:
        A part of a sentence for each value that differs; none if the runs are equal.
    """
    return _differences(_values(found), _values(expected))


def config_differences(folder: str | Path, spec: RunSpec) -> list[str]:
    """Says in what the config that a run was trained with differs from what it would be now.

    The spec of a run names a config file; the file, and the files it inherits from, may have been
    edited since. The whole config is in the run's folder, where mmengine wrote it.

    Args:
        folder: The run's folder.
        spec: The run.

    Returns:
        A part of a sentence for each value that differs; none if the configs are equal, or if the
        training has not begun.

    Raises:
        FileNotFoundError: If the spec's config is not there.
        ValueError: If the options do not fit it, the config in the folder is broken, or a data set
            lists an unknown task.
    """
    path = Path(folder, EXPERIMENT_FILE.name)
    if not path.is_file():
        return []
    # What a config imports is imported where its network is built, not here.
    trained = read_config(path, import_custom_modules=False)
    expected = experiment_config(spec)
    share_tasks(expected)  # as the training did
    configs = [cfg.to_dict() for cfg in (trained, expected)]
    for key in _SET_BY_TRAINING:
        for values in configs:
            values.pop(key, None)
    return _differences(*map(_by_dotted_key, configs))


def _differences(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    return [
        f'{key} is {found.get(key, _NOT_SET)!r} and {expected.get(key, _NOT_SET)!r}'
        for key in dict.fromkeys((*found, *expected))
        if found.get(key, _NOT_SET) != expected.get(key, _NOT_SET)
    ]


def _values(spec: RunSpec) -> dict[str, Any]:
    values = spec.to_json()
    options = values.pop('cfg_options')
    return values | options


def _by_dotted_key(values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) and value:
            nested = _by_dotted_key(value)
            found.update((f'{key}.{name}', inner) for name, inner in nested.items())
        else:
            found[key] = json.loads(json.dumps(value, default=repr))  # tuples are lists
    return found
