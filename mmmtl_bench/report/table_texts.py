"""What every report says around its tables, whatever it is written in."""

from __future__ import annotations

from mmmtl_bench.results.result_types import ResultTable

SYNTHETIC = (
    'SYNTHETIC DATA: apart from the published figures, everything here was measured on rendered '
    'scenes. It compares methods on these scenes only and says nothing about photographs.'
)
"""What a report of synthetic data begins with."""

BEST = 'The best of our own values in a column is bold.'

PUBLISHED_GAINS = (
    'Gains in the lines of published figures are computed from these, against the published line '
    'of the baseline.'
)


def missing_runs(table: ResultTable) -> str:
    """Says which runs a table lacks.

    Args:
        table: The table.

    Returns:
        A sentence; empty if no run is missing.
    """
    folders = [folder for row in table.rows for folder in row.missing]
    if not folders:
        return ''
    return f'Not finished: {", ".join(folders)}.'
