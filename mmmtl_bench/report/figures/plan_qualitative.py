from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from mmmtl.visualization import ComparisonRow, draw_comparison
from mmmtl_bench.report.figures.figure import PlannedFigure, plan_parts
from mmmtl_bench.report.figures.rows import rows_in_parts, table_weightings
from mmmtl_bench.results.result_types import ResultRow, ResultTable, Run
from mmmtl_bench.run.panels_file import PANELS_FILE, read_panels
from mmmtl_bench.suite.run_spec import slug

_KIND = 'Predictions'
_CAPTION = (
    'Images evenly spread over the validation set, their labels, and what the last checkpoint of '
    "each architecture's first seed predicts."
)
_PANEL_WIDTH = 256


def plan_qualitative(table: ResultTable, index: int) -> Iterator[PlannedFigure]:
    """Plans pictures of predictions, the architectures side by side.

    Args:
        table: A table.
        index: Its index.

    Yields:
        A picture for each weighting; none where no run has panels. Pictures of pixels are PNG only.
    """
    for weighting in table_weightings(table):
        parts = rows_in_parts(table, weighting)
        yield from plan_parts(
            [[row for row in part if _first_runs(row)] for part in parts],
            _draw,
            name=f'{index + 1}-predictions-{slug(weighting)}',
            kind=_KIND,
            title=weighting,
            caption=_CAPTION,
            table=index,
            formats=('.png',),
        )


def _draw(rows: Sequence[ResultRow], out_file: Path) -> None:
    images: dict[bytes, np.ndarray] = {}
    labels: dict[bytes, dict[str, Tensor]] = {}
    predictions: dict[bytes, dict[str, dict[str, Tensor]]] = {}
    metainfo: dict[str, Any] = {}
    for row in rows:
        for run in _first_runs(row):
            panels = read_panels(run.folder / PANELS_FILE)
            metainfo |= panels.metainfo
            for found in panels.rows:  # the same images in every run of a data set
                key = found.image.tobytes()
                images.setdefault(key, found.image)
                labels.setdefault(key, {}).update(found.labels)
                models = predictions.setdefault(key, {})
                models.setdefault(row.architecture, {}).update(found.predictions)
    lines = [ComparisonRow(image, labels[key], predictions[key]) for key, image in images.items()]
    draw_comparison(lines, metainfo, out_file, panel_width=_PANEL_WIDTH)


def _first_runs(row: ResultRow) -> list[Run]:
    """Gives the runs of a line's first seed that have panels: one, or one for each task."""
    runs = [run for run in row.runs if (run.folder / PANELS_FILE).is_file()]
    return [run for run in runs if run.spec.seed == runs[0].spec.seed]
