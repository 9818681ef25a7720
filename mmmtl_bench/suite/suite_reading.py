"""Reads a suite from its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from mmmtl.shipped_files import find_suite
from mmmtl_bench.suite.suite import Suite

SUITE_FILE = 'suite.yaml'
"""The suite in a benchmark's folder, as it was run."""


def read_suite(path: str | Path) -> Suite:
    """Reads a suite, and checks that its configs and weightings are there and fit together.

    Args:
        path: The YAML file, or ``mmmtl::NAME`` for a suite that comes with the package.

    Returns:
        The suite.

    Raises:
        FileNotFoundError: If the file is not there, or a config or weighting that it names.
        ValueError: If a key or value is wrong, or two different runs have the same identity.
    """
    return Suite.from_file(read_suite_values(path), str(path))


def read_suite_values(path: str | Path) -> dict[str, Any]:
    """Reads what a suite's file says, without checking what it means.

    Args:
        path: The YAML file, or ``mmmtl::NAME``.

    Returns:
        The values by key.

    Raises:
        FileNotFoundError: If the file is not there.
        ValueError: If it is not YAML in UTF-8, has a key twice, or has no values by key.
    """
    try:
        values = yaml.load(find_suite(path).read_text(encoding='utf-8'), _Loader)
    except yaml.YAMLError as error:
        told = ' '.join(str(error).split())
        raise ValueError(f'{path}: not a valid YAML file: {told}') from error
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected a YAML file in UTF-8 ({error}).') from error
    if not isinstance(values, dict):
        raise ValueError(f'{path}: expected values by key, found {values!r}.')
    return values


class _Loader(yaml.SafeLoader):
    """Reads YAML, and refuses a key that is there twice, of which the first would be lost."""

    def compose_mapping_node(self, anchor: str | None) -> yaml.MappingNode:
        """Reads values by key."""
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.composer.ComposerError(
                    None, None, 'expected a text as key, found a list or values', key.start_mark
                )
            if key.value in seen:
                raise yaml.composer.ComposerError(
                    None, None, f'the key {key.value!r} is there twice', key.start_mark
                )
            seen.add(key.value)
        return node
