"""Predictions for a video as a video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch

from mmmtl.apis.prediction import Prediction
from mmmtl.apis.prediction_pictures import PictureStyle, paint_prediction, panel_row
from mmmtl.apis.video_file import VideoFile
from mmmtl.tasks import Task
from mmmtl.visualization.sheets.painters import Key, SharedPainters, make_painter
from mmmtl.visualization.sheets.panel_sheet import PanelSheet

_LISTED = 100
"""Errors that a report lists at most, so that it does not grow with the video."""


@dataclass
class VideoReport:
    """What came of a video.

    Args:
        frames: Number of images that were written.
        failed: Number of those without a prediction, and of what could not be read.
        errors: What the first 100 failures say.
    """

    frames: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)

    def add_error(self, error: Exception) -> None:
        """Counts a failure.

        Args:
            error: What it says.
        """
        self.failed += 1
        if len(self.errors) < _LISTED:
            self.errors.append(str(error))


class FrameDrawing:
    """Draws the pictures of a video, all of one size.

    Side by side: the image and each task under its name, with keys that name all classes, see
    :class:`~mmmtl.visualization.sheets.panel_sheet.PanelSheet`. As an overlay: the image once for
    each task, with the task's colours over it, at the image's own size and without keys.

    Args:
        tasks: The tasks by name.
        painters: What decides about colours.
        style: Whether it is an overlay.
    """

    def __init__(
        self, tasks: Mapping[str, Task], painters: SharedPainters, style: PictureStyle
    ) -> None:
        self._tasks = tasks
        self._painters = painters
        self._style = style
        self._sheet: PanelSheet | None = None

    def draw(self, prediction: Prediction) -> np.ndarray:
        """Draws one picture.

        Args:
            prediction: The prediction for an image; maybe an error in its place, but not of the
                first picture.

        Returns:
            RGB, uint8 of shape (height, width, 3).
        """
        assert prediction.image is not None
        if self._style.opacity is not None:
            return self._draw_overlay(prediction.image, prediction.maps)
        row = panel_row(prediction.image, prediction.maps)
        if self._sheet is None:
            self._sheet = PanelSheet([row], self._tasks, None, self._painters, self._keys())
        return self._sheet.draw([row])

    def _draw_overlay(self, image: np.ndarray, maps: Mapping[str, np.ndarray]) -> np.ndarray:
        style, rgb = self._style, image[..., ::-1]
        painted = paint_prediction(image, maps, self._tasks, self._painters, style.hidden)
        return np.concatenate(
            [painted[name].picture if name in painted else rgb for name in self._tasks], axis=1
        )

    def _keys(self) -> dict[str, Key]:
        """Gives the keys of tasks with named classes all of their classes, as any may appear."""
        keys = {}
        for name, task in self._tasks.items():
            if task.is_dense and task.holds_ids and task.label_names:
                ids = torch.arange(len(task.label_names)).view(1, 1, -1)
                keys[name] = make_painter(task, [], [ids]).key
        return keys


def write_prediction_video(
    predictions: Iterable[Prediction],
    path: str | Path,
    rate: Callable[[], float],
    drawing: FrameDrawing,
    until_interrupted: bool = False,
) -> VideoReport:
    """Writes the pictures of predictions one after the other, and holds none.

    Args:
        predictions: The predictions for the images of a video, in their order. An image without a
            prediction is shown alone; those before the first prediction are left out.
        path: The file, see :class:`~mmmtl.apis.video_file.VideoFile`.
        rate: Gives the images per second, once the first prediction is there.
        drawing: What a picture looks like.
        until_interrupted: Whether Ctrl-C is the end of the video, which is complete then. Defaults
            to False: nothing is left of it.

    Returns:
        What was written, and what failed.

    Raises:
        OSError: If the video cannot be written.
        ValueError: If there is no prediction.
    """
    report = VideoReport()
    stream = iter(predictions)
    first = _next_image(stream, report)
    while first is not None and not first.maps:
        first = _next_image(stream, report)
    if first is None:
        raise ValueError(report.errors[0] if report.errors else f'{path}: no images to write.')
    with VideoFile(path, rate()) as video:
        prediction: Prediction | None = first
        try:
            while prediction is not None:
                video.write(drawing.draw(prediction))
                prediction = _next_image(stream, report)
        except KeyboardInterrupt:
            if not (until_interrupted and video.count):
                raise
        report.frames = video.count
    return report


def _next_image(stream: Iterator[Prediction], report: VideoReport) -> Prediction | None:
    for prediction in stream:
        if prediction.error is not None:
            report.add_error(prediction.error)
        if prediction.image is not None:
            return prediction
    return None
