"""Published tables, to stand beside one's own."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from mmmtl.tasks.nearest import nearest
from mmmtl_bench.results.published_sources import SOURCES, PublishedSource

_FILE = 'published_results.csv'
_NOT_APPLICABLE = 'n.a.'


@dataclass(frozen=True)
class PublishedRow:
    """A line of a published table.

    Args:
        architecture: Name of the architecture as printed.
        weighting: Label of the weighting; None for single-task networks and where none is given.
        params_ratio: Parameters over those of one single-task network, as printed.
        metrics: Figures by the name that a run of this package logs, ``'seg/mIoU'``. mIoU,
            accuracies and shares of pixels in percent, angles in degrees, depth errors as printed.
        printed: The same, and the ``'params_ratio'``, with the digits that are printed.
    """

    architecture: str
    weighting: str | None
    params_ratio: float | None
    metrics: dict[str, float]
    printed: dict[str, str]


@dataclass(frozen=True)
class PublishedTable:
    """A published table, or its part on one data set.

    Args:
        source: Where it comes from.
        number: Number of the table; None for figures of several publications.
        dataset: Name of the data set, such as ``'cityscapes'``, see
            :data:`~mmmtl_bench.results.published_sources.DATASET_TITLES`.
        num_classes: Number of classes of the data set, of the decathlon that of all domains.
        rows: Its lines in their order.
    """

    source: PublishedSource
    number: int | None
    dataset: str
    num_classes: int
    rows: tuple[PublishedRow, ...]

    @property
    def title(self) -> str:
        """str: How a text refers to it."""
        table = '' if self.number is None else f', Table {self.number}'
        return self.source.title + table

    @property
    def protocol(self) -> dict[str, str]:
        """dict: What is known of the protocol, see :mod:`mmmtl_bench.results.published_sources`."""
        return {'classes': str(self.num_classes), **self.source.protocols.get(self.dataset, {})}

    def find(self, architecture: str, weighting: str | None) -> PublishedRow | None:
        """Looks a line up.

        Args:
            architecture: Name of the architecture as printed.
            weighting: Label of the weighting; None for single-task networks.

        Returns:
            The line of this weighting, or one of the architecture that states no weighting; None if
            there is neither.
        """
        for label in (weighting, None):
            for row in self.rows:
                if row.architecture == architecture and row.weighting == label:
                    return row
        return None


def find_published_table(
    source: str, number: int | None, num_classes: int | None = None
) -> PublishedTable | None:
    """Looks a published table up.

    Args:
        source: Name of the publication, see :data:`~mmmtl_bench.results.published_sources.SOURCES`.
        number: Number of its table; None if its figures are not of one table.
        num_classes: Number of classes of the data set, for tables on several. Defaults to None: the
            table must be on one.

    Returns:
        The table; None if it has no lines for so many classes, or is on several data sets.

    Raises:
        ValueError: If there is no such publication or table.
    """
    lines = [line for line in _lines() if line['source'] == source]
    known = sorted({line['table'] for line in lines})
    if not lines:
        raise ValueError(
            f'source: expected one of {", ".join(SOURCES)}, found {source!r}'
            f'{nearest(source, SOURCES)}'
        )
    wanted = '' if number is None else str(number)
    if wanted not in known:
        raise ValueError(
            f'table: expected {" or ".join(known) or "none"} of {source!r}, '
            f'found {wanted or "none"}.'
        )
    lines = [
        line
        for line in lines
        if line['table'] == wanted and num_classes in (None, int(line['num_classes']))
    ]
    sets = {(line['dataset'], int(line['num_classes'])) for line in lines}
    if len(sets) != 1:
        return None
    ((dataset, classes),) = sets
    return PublishedTable(SOURCES[source], number, dataset, classes, tuple(map(_to_row, lines)))


def _lines() -> list[dict[str, str]]:
    text = files(__package__).joinpath(_FILE).read_text(encoding='utf-8')
    return list(csv.DictReader(text.splitlines()))


def _to_row(line: Mapping[str, str]) -> PublishedRow:
    metrics = {key: text for key, text in line.items() if '/' in key and text}
    return PublishedRow(
        architecture=line['architecture'],
        weighting=None if line['weighting'] == _NOT_APPLICABLE else line['weighting'],
        params_ratio=float(line['params_ratio']) if line['params_ratio'] else None,
        metrics={key: float(text) for key, text in metrics.items()},
        printed={**metrics, 'params_ratio': line['params_ratio']},
    )
