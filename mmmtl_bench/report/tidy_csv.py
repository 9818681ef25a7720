"""The numbers of a benchmark as one long CSV file, a number a line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from mmmtl_bench.results.result_types import BenchmarkResults, ResultRow, Value

_HEAD = (
    'suite',
    'table',
    'dataset',
    'architecture',
    'weighting',
    'metric',
    'mean',
    'std',
    'n',
    'published',
    'average',
    'synthetic',
)


def results_csv(results: BenchmarkResults) -> str:
    """Writes the numbers of a benchmark as comma-separated values, with all their digits.

    Args:
        results: The benchmark.

    Returns:
        A head line, and a line for each metric of each line of each table, whether a table shows it
        or not. ``metric`` may also be ``params``, ``params_ratio``, ``flops``, ``mean_rank`` and
        ``gain/<definition>``. What is not known is empty; ``synthetic`` is about our numbers.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator='\n')
    writer.writerow(_HEAD)
    for table in results.tables:
        for row in table.rows:
            names = (results.title, table.title, table.dataset, row.architecture)
            for metric, value, published in _numbers(row):
                numbers = (None, None, 0) if value is None else (value.mean, value.std, value.count)
                writer.writerow(
                    (
                        *names,
                        row.weighting,
                        metric,
                        *numbers,
                        published,
                        results.average,
                        str(results.synthetic).lower(),
                    )
                )
    return stream.getvalue()


def _numbers(row: ResultRow) -> Iterator[tuple[str, Value | None, float | None]]:
    """Gives a row's numbers by name, with the published ones beside them."""
    published = {} if row.published is None else dict(row.published.metrics)
    if row.published is not None and row.published.params_ratio is not None:
        published['params_ratio'] = row.published.params_ratio
    own = dict(row.metrics)
    for name, number in (
        ('params', row.num_params),
        ('params_trained', row.num_trained if row.has_frozen else None),
        ('params_ratio', row.params_ratio),
        ('flops', row.flops),
        ('mean_rank', row.mean_rank),
    ):
        if number is not None:
            own[name] = Value(number, None, 1)
    own |= {f'gain/{name}': value for name, value in row.gains.items()}
    for name in dict.fromkeys((*own, *published)):
        yield name, own.get(name), published.get(name)
