"""What identifies one training run of a benchmark, and where it lives."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mmmtl_bench.suite.strict_values import read_as, read_json

SPEC_FILE = 'spec.json'
"""File in a run's folder that says which run it is; written before the training."""

_KEYS = ('dataset', 'architecture', 'tasks', 'weighting', 'seed', 'config', 'cfg_options')


@dataclass(frozen=True)
class RunSpec:
    """One training run.

    Two specs are equal if the same training would follow from them. Lists and tuples among the
    values are the same thing, as they are in JSON.

    Args:
        dataset: Name of the data set in a benchmark, for example ``'cityscapes7'``.
        architecture: Name of the architecture in a benchmark, for example ``'MTAN'``.
        tasks: Names of the tasks that are learned together; one for a single-task run.
        weighting: Label of the loss weighting, None for a single-task run.
        seed: Seed of the run.
        config: Name of the config file in ``configs/``, or its path; see
            :func:`mmmtl_bench.suite.config_files.find_config`.
        cfg_options: Values that override the config's, by dotted key: the loss weighting and the
            seed included.

    Raises:
        ValueError: If a name has no letter or digit, there is no task, or the values cannot be
            written as JSON.
    """

    dataset: str
    architecture: str
    tasks: tuple[str, ...]
    weighting: str | None
    seed: int
    config: str
    cfg_options: dict[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, 'tasks', tuple(self.tasks))
        if not self.tasks:
            raise ValueError(f'tasks of {self.architecture!r} must name at least one task.')
        try:
            plain = json.loads(json.dumps(self.cfg_options))
        except TypeError as error:
            raise ValueError(f'cfg_options of {self.architecture!r}: {error}.') from error
        object.__setattr__(self, 'cfg_options', plain)
        self.folder  # noqa: B018  (checks the names)

    @cached_property
    def folder(self) -> Path:
        """The run's folder, relative to the benchmark's.

        ``<dataset>/<architecture>[-<task>]/[<weighting>/]seed<k>``, the names in lower case and
        with hyphens for all that is neither letter nor digit.
        """
        architecture = slug(self.architecture)
        if self.weighting is None:
            architecture = '-'.join((architecture, *map(slug, self.tasks)))
        parts = [slug(self.dataset), architecture]
        if self.weighting is not None:
            parts.append(slug(self.weighting))
        return Path(*parts, f'seed{self.seed}')

    def to_json(self) -> dict[str, Any]:
        """Gives the values as JSON can write them; :meth:`from_json` reads them."""
        return {key: getattr(self, key) for key in _KEYS} | {'tasks': list(self.tasks)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RunSpec:
        """Makes a spec of the values of :meth:`to_json`.

        Args:
            values: The values, as read from a JSON file.

        Returns:
            The spec.

        Raises:
            ValueError: If a value is missing or of another type, or there is one of another name.
        """
        if set(values) != set(_KEYS):
            raise ValueError(
                f'A run spec needs the values {", ".join(_KEYS)}; found {", ".join(values)}.'
            )
        return read_as(cls, values)


def slug(name: str) -> str:
    """Gives a name as a folder has it: ``'DWA (T=2)'`` as ``'dwa-t-2'``.

    Args:
        name: The name.

    Returns:
        The name in lower case, with hyphens for all that is neither letter nor digit.

    Raises:
        ValueError: If there is no letter or digit in it.
    """
    parts = re.findall(r'[a-z0-9]+', name.lower())
    if not parts:
        raise ValueError(f'The name {name!r} must have a letter or a digit, to name a folder.')
    return '-'.join(parts)


def read_spec(folder: str | Path) -> RunSpec:
    """Reads which run a folder is of.

    Args:
        folder: The run's folder.

    Returns:
        The spec.

    Raises:
        FileNotFoundError: If the folder has no ``spec.json``.
        ValueError: If the file is broken.
    """
    path = Path(folder, SPEC_FILE)
    if not path.is_file():
        raise FileNotFoundError(
            f'{path}: there is no such file, so {folder} is no folder of a run.'
        )
    try:
        return RunSpec.from_json(read_json(path))
    except ValueError as error:
        raise ValueError(f'{path}: {error}') from error
