"""Reads a suite from its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from mmmtl.shipped_files import find_suite
from mmmtl_bench.suite.experiment import TASKS_OF
from mmmtl_bench.suite.strict_values import shown
from mmmtl_bench.suite.suite import Suite

SUITE_FILE = 'suite.yaml'
"""The suite in a benchmark's folder, as it was run."""

MOST_VALUES = 20_000
"""Values that a suite may have; aliases make very many of a few bytes."""

TasksOf = Callable[[str, Mapping[str, Any]], tuple[str, ...]]


def read_suite(path: str | Path, tasks_of: TasksOf | None = None) -> Suite:
    """Reads a suite, and checks that its configs and weightings are there and fit together.

    Args:
        path: The YAML file, or ``mmmtl::NAME`` for a suite that comes with the package.
        tasks_of: Gives the names of the tasks of a config with options. Defaults to None: the
            configs are read, which are programs.

    Returns:
        The suite.

    Raises:
        FileNotFoundError: If the file is not there, or a config or weighting that it names.
        ValueError: If a key or value is wrong, or two different runs have the same identity.
    """
    context = {} if tasks_of is None else {TASKS_OF: tasks_of}
    return Suite.from_file(read_suite_values(path), str(path), context)


def read_suite_values(path: str | Path) -> dict[str, Any]:
    """Reads what a suite's file says, without checking what it means.

    Args:
        path: The YAML file, or ``mmmtl::NAME``.

    Returns:
        The values by key.

    Raises:
        FileNotFoundError: If the file is not there.
        ValueError: If it is not YAML in UTF-8, has a key twice, has no values by key, or more than
            20,000 of them, those of aliases counted wherever they stand.
    """
    try:
        text = find_suite(path).read_text(encoding='utf-8')
        values = yaml.load(text, _Loader)  # nosec B506
    except RecursionError as error:
        raise ValueError(f'{path}: not a valid YAML file: it is nested too deeply.') from error
    except UnicodeDecodeError as error:
        raise ValueError(f'{path}: expected a YAML file in UTF-8 ({error}).') from error
    except (yaml.YAMLError, ValueError) as error:  # of a date or a number that is none
        told = ' '.join(str(error).split())
        raise ValueError(f'{path}: not a valid YAML file: {told}') from error
    if not isinstance(values, dict):
        raise ValueError(f'{path}: expected values by key, found {shown(values)}.')
    return values


class _Loader(yaml.SafeLoader):
    """Reads YAML; a key that is there twice, of which the first would be lost, is refused.

    So are aliases that stand for very many values, or for what they are in.
    """

    def get_single_node(self) -> yaml.Node | None:
        """Reads the file, before any value is made of it."""
        node: yaml.Node | None = super().get_single_node()
        if node is not None:
            _count(node, {})
        return node

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


def _count(node: yaml.Node, known: dict[int, int | None]) -> int:
    """Counts the values of a node, those of an alias wherever it stands."""
    if id(node) in known:
        count = known[id(node)]
        if count is None:
            raise _refused(node, 'expected an alias of something else, found one of what it is in')
        return count
    known[id(node)] = None
    inner = node.value if isinstance(node, yaml.CollectionNode) else ()
    count = 1 + sum(_count(child, known) for child in _children(inner))
    if count > MOST_VALUES:
        raise _refused(node, f'expected at most {MOST_VALUES} values, found more')
    known[id(node)] = count
    return count


def _children(values: Any) -> Iterator[yaml.Node]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)


def _refused(node: yaml.Node, problem: str) -> yaml.YAMLError:
    return yaml.composer.ComposerError(None, None, problem, node.start_mark)
