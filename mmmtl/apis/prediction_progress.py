from __future__ import annotations

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class ImageRateColumn(ProgressColumn):
    """How many images a second are predicted."""

    def render(self, task: Task) -> Text:
        """Gives the text.

        Args:
            task: What is shown.

        Returns:
            Such as ``3.2 images/s``; nothing before it is known.
        """
        speed = task.finished_speed or task.speed
        return Text('' if speed is None else f'{speed:.1f} images/s', style='progress.data.speed')


def prediction_progress(is_shown: bool) -> Progress:
    """Makes the bar of a prediction: images done, images a second, time taken and time left.

    Args:
        is_shown: Whether it is shown.

    Returns:
        The bar, a context in which it is live.
    """
    return Progress(
        TextColumn('{task.description}'),
        BarColumn(),
        MofNCompleteColumn(),
        ImageRateColumn(),
        TimeElapsedColumn(),
        TextColumn('left'),
        TimeRemainingColumn(),
        disable=not is_shown,
    )
