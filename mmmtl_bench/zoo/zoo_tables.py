"""The Markdown tables of the model zoo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HEAD = (
    '| config | method | tasks | backbone | image | parameters | FLOPs | memory | step '
    '| prediction | weights |\n'
    '| --- | --- | --- | --- | --: | --: | --: | --: | --: | --: | --- |'
)
_BEGIN, _END = '<!-- tables: list_configs.py -->', '<!-- end of tables -->'
_NOT_TIMED = '–'
_ONCE = '¹'
_NEARLY_ALL = 0.99
"""Share of trained parameters above which they are all of them to a reader: what backbones of
transformers have for outputs that are not used is left out."""


def zoo_tables(found: Mapping[str, Any], links: str = '../configs') -> str:
    """Makes a table for each data set.

    Args:
        found: What :func:`~mmmtl_bench.zoo.measurement.measure_configs` gives.
        links: Folder of the configs, from where the page is. Defaults to ``'../configs'``.

    Returns:
        Markdown, the data sets by the number of their configs.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for name, config in found['configs'].items():
        costs = found['networks'][config['network']]
        groups[config['data']].append(_row(name, config, costs, links))
    by_count = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return '\n\n'.join(
        f'## {data}\n\n{_HEAD}\n' + '\n'.join(sorted(rows)) for data, rows in by_count
    )


def put_into_page(page: Path, tables: str, begin: str = _BEGIN, end: str = _END) -> str:
    """Gives the text of a page with other tables.

    Args:
        page: The page; its tables stand between two comments.
        tables: The new ones.
        begin: The comment before them. Defaults to that of docs/model_zoo.md.
        end: The comment after them. Defaults to that of docs/model_zoo.md.

    Returns:
        The text.

    Raises:
        FileNotFoundError: If there is no such page.
        ValueError: If it lacks the comments.
    """
    before, found_begin, rest = page.read_text(encoding='utf-8').partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f'{page}: expected lines {begin} and {end} around the tables.')
    return f'{before}{begin}\n\n{tables}\n\n{end}{after}'


def say_parameters(costs: Mapping[str, Any]) -> str:
    """Says how many parameters a network has, and how many are trained where not all are.

    Args:
        costs: What is stored of the network.

    Returns:
        Text.

    >>> say_parameters(dict(parameters=22065812, trained=9236))
    '22,065,812 (9,236 trained)'
    """
    text = f'{costs["parameters"]:,}'
    if costs['trained'] < _NEARLY_ALL * costs['parameters']:
        text += f' ({costs["trained"]:,} trained)'
    return text


def _row(name: str, config: Mapping[str, Any], costs: Mapping[str, Any], links: str) -> str:
    weights = config['weights']
    cells = (
        f'[{name.removesuffix(".py")}]({links}/{name})',
        config['method'] or '',
        ', '.join(config['tasks']),
        config['backbone'],
        '{}x{}'.format(*config['size']),
        say_parameters(costs),
        f'{three_digits(costs["flops"] / 1e9)} G',
        f'{costs["saved_bytes"] / 2**20:.0f} MiB',
        _seconds(costs, 'train_seconds'),
        _seconds(costs, 'predict_seconds'),
        f'[weights]({weights})' if weights else 'no weights yet',
    )
    return f'| {" | ".join(cells)} |'


def _seconds(costs: Mapping[str, Any], key: str) -> str:
    if key not in costs:
        return _NOT_TIMED
    return f'{three_digits(costs[key])} s{_ONCE if costs["timed"] == 1 else ""}'


def three_digits(number: float) -> str:
    """Writes a number with three digits that count, and no exponent.

    Args:
        number: The number, positive.

    Returns:
        Text.

    >>> three_digits(0.01234), three_digits(48.2), three_digits(1234.5)
    ('0.0123', '48.2', '1234')
    """
    text = f'{number:.3g}'
    return f'{number:.0f}' if 'e' in text or number >= 100 else text
