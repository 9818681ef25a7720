"""One range of colours for all pictures of a call, so that those of a video do not flicker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from mmengine.logging import print_log

from mmmtl.apis.prediction import Prediction, as_map
from mmmtl.tasks import Task
from mmmtl.visualization.sheets.painters import SharedPainters

FIRST = 16
"""Predictions that are waited for at most, before the range is decided."""

_FIRST_PIXELS = 4_000_000
"""Pixels that these have together at most, but for the last one."""


def share_ranges(
    predictions: Iterable[Prediction],
    painters: SharedPainters,
    tasks: Mapping[str, Task],
    first: int = FIRST,
) -> Iterator[Prediction]:
    """Has the first predictions decide which values the colours of all pictures span.

    A line in the log says which they are, in the form in which ``predict --range`` takes them. The
    ranges that painters were given stay.

    Args:
        predictions: The predictions of a call.
        painters: Gets the ranges.
        tasks: The tasks by name.
        first: How many predictions decide at most. Defaults to :data:`FIRST`.

    Yields:
        The same predictions, the first ones when all of these are there.
    """
    rest = iter(predictions)
    given = set(painters.ranges)
    waiting: list[Prediction] = []
    decide: list[Prediction] = []
    pixels = 0
    for prediction in rest:
        waiting.append(prediction)
        if prediction.image is not None and prediction.maps:
            decide.append(prediction)
            pixels += prediction.image.shape[0] * prediction.image.shape[1]
        if len(decide) == first or pixels >= _FIRST_PIXELS:
            break
    if len(decide) > 1:
        for name, task in tasks.items():
            painters.painter(task, [], [as_map(found.maps[name]) for found in decide])
        _say({k: v for k, v in painters.ranges.items() if k not in given}, len(decide))
    decide.clear()
    while waiting:
        yield waiting.pop(0)
    yield from rest


def _say(ranges: Mapping[str, tuple[float, float]], count: int) -> None:
    if ranges:
        stated = ' '.join(f'{name}={low:.4g},{high:.4g}' for name, (low, high) in ranges.items())
        print_log(
            f'Colours span percentiles 2 to 98 of the first {count} predictions in all pictures: '
            f'--range {stated}',
            logger='current',
        )
