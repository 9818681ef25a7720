"""Why figures may not be comparable: what differs between the protocols behind them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from mmmtl.some_of import some_of
from mmmtl_bench.results.published import PublishedTable
from mmmtl_bench.results.published_sources import DATASET_TITLES
from mmmtl_bench.results.result_types import Run

_NAMES = {
    'mIoU': 'mIoU and pixel accuracy',
    'average': 'what is shown of a run',
}
"""What sentences call the keys that do not explain themselves."""


def published_differences(
    runs: Sequence[Run], published: PublishedTable, average: str, synthetic: bool
) -> tuple[str, ...]:
    """Says in what the protocol of a published table differs from that of the runs beside it.

    Args:
        runs: The finished runs.
        published: The published table.
        average: How a run's validations became one value, such as ``'last-10'``.
        synthetic: Whether the runs' data are synthetic.

    Returns:
        A sentence for each difference, and one on what is not known of the published figures.
    """
    sentences = []
    if synthetic:
        sentences.append(
            'The data here are synthetic, the published figures are of '
            f'{DATASET_TITLES[published.dataset]}.'
        )
    own: dict[str, dict[str, list[Run]]] = {}
    for run in runs:
        for key, value in {**run.record.protocol, 'average': average}.items():
            own.setdefault(key, {}).setdefault(value, []).append(run)
    for key, values in own.items():
        theirs = published.protocol.get(key)
        other = [value for value in values if value != theirs]
        if theirs is not None and other:
            sentences.append(f'{_title(key)}: {" or ".join(other)} here, {theirs} as published.')
    unknown = [_NAMES.get(key, key) for key in own if key not in published.protocol]
    if unknown:
        sentences.append(f'Not known of the published figures: {", ".join(unknown)}.')
    return tuple(sentences)


def run_differences(runs: Sequence[Run]) -> tuple[str, ...]:
    """Says in what the runs of a table differ from each other, other than in what they compare.

    Args:
        runs: The finished runs.

    Returns:
        A sentence for each value of the protocol, each kind of file, each package and each task of
        which the runs that know it have different ones.
    """
    kinds: dict[str, Callable[[Run], Mapping[str, str]]] = {
        'The runs differ in {}': lambda run: run.record.protocol,
        'The runs did not use the same files, {}': lambda run: run.record.data_hash,
        'The runs did not use the same version of {}': lambda run: run.record.versions,
        'The runs define the task {} differently': lambda run: {
            name: json.dumps(definition) for name, definition in run.record.tasks.items()
        },
    }
    return tuple(
        sentence for start, values in kinds.items() for sentence in _differing(runs, start, values)
    )


def _differing(
    runs: Sequence[Run], start: str, values_of: Callable[[Run], Mapping[str, str]]
) -> Iterable[str]:
    found: dict[str, dict[str, list[str]]] = {}
    for run in runs:
        for key, value in values_of(run).items():
            found.setdefault(key, {}).setdefault(value, []).append(str(run.spec.folder))
    for key, values in found.items():
        if len(values) > 1:
            parts = [f'{value} ({some_of(folders, 3)})' for value, folders in values.items()]
            yield f'{start.format(_NAMES.get(key, key))}: {"; ".join(parts)}.'


def _title(key: str) -> str:
    name = _NAMES.get(key, key)
    return name[0].upper() + name[1:] if name != _NAMES['mIoU'] else name
