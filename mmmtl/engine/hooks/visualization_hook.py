"""The hook that has the predictions of validation and test images drawn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath

from mmengine.dist import is_main_process
from mmengine.runner import Runner
from mmseg.engine.hooks import SegVisualizationHook
from mmseg.registry import HOOKS
from mmseg.structures import SegDataSample

from mmmtl.datasets.io import read_image
from mmmtl.sets.set_of_sample import set_of


@HOOKS.register_module()
class MultiTaskVisualizationHook(SegVisualizationHook):
    """Draws labels and predictions of all tasks, from image files and ``.npy`` images alike.

    In validation it draws the first image of every ``interval``-th batch, the same ones each time,
    so that the pictures show the network learn; in a test it draws every image. Images are read
    only to be drawn, and on the main process only. A picture is named after the image and the
    folder it is in, and after its data set where there are several.

    It expects a :class:`mmmtl.visualization.MultiTaskLocalVisualizer` as the runner's visualizer.

    Args:
        draw: Whether to draw at all. Defaults to False.
        interval: Batches from one drawn image of a validation to the next. Defaults to 50.
        show: Whether to open a window for each picture instead of storing it. Defaults to False.
        wait_time: Seconds to keep the window open, 0 for ever. Defaults to 0.
        backend_args: Arguments of mmengine's file backend that reads the images. Defaults to None:
            by the path.

    Raises:
        ValueError: If the interval is not positive.
    """

    def __init__(
        self,
        draw: bool = False,
        interval: int = 50,
        show: bool = False,
        wait_time: float = 0.0,
        backend_args: dict | None = None,
    ) -> None:
        if interval < 1:
            raise ValueError(f'interval: expected a positive number of batches, found {interval}.')
        # draw=True: the base class warns of False, which is this hook's normal state
        super().__init__(
            draw=True,
            interval=interval,
            show=show and draw,
            wait_time=wait_time,
            backend_args=backend_args,
        )
        self.draw = draw
        self._names: dict[str, str] = {}

    def after_val_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict,
        outputs: Sequence[SegDataSample],
    ) -> None:
        """Draws the first image of every ``interval``-th batch.

        Args:
            runner: The runner.
            batch_idx: Number of the batch in the validation.
            data_batch: Not read.
            outputs: The batch's data samples, with labels and predictions.
        """
        if self.draw and batch_idx % self.interval == 0 and is_main_process():
            self._draw('val', outputs[0], step=runner.iter)

    def after_test_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict,
        outputs: Sequence[SegDataSample],
    ) -> None:
        """Draws every image.

        Args:
            runner: The runner.
            batch_idx: Number of the batch in the test.
            data_batch: Not read.
            outputs: The batch's data samples, with predictions and perhaps labels.
        """
        if self.draw and is_main_process():
            for data_sample in outputs:
                self._test_index += 1
                self._draw('test', data_sample, step=self._test_index)

    def _draw(self, mode: str, data_sample: SegDataSample, step: int) -> None:
        image = read_image(data_sample.img_path, self.backend_args)
        self._visualizer.add_datasample(
            '_'.join(filter(None, (mode, set_of(data_sample), self._name(data_sample.img_path)))),
            image[..., ::-1],
            data_sample=data_sample,
            show=self.show,
            wait_time=self.wait_time,
            step=step,
        )

    def _name(self, img_path: str) -> str:
        """Gives the image's folder and name, and a mark if another image is called that too."""
        path = PurePath(img_path)
        name = '_'.join(part for part in (path.parent.name, path.stem) if part)
        if self._names.setdefault(name, img_path) == img_path:
            return name
        return f'{name}-{_digest(img_path)}'


def _digest(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]
