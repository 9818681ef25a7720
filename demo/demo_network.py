"""What the page does with an image."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
import numpy as np
from keys import key_html
from mask_sheet import MaskSheet
from page_parts import CLICK_HTML, error_html, pixel_html, status_html
from prediction_downloads import write_downloads
from readout import pixel_words

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.prediction_pictures import paint_prediction
from mmmtl.visualization import find_masks, paint_mask, record_masks


class Shown(NamedTuple):
    """The image that is shown, and what the network makes of it."""

    image: np.ndarray
    """uint8 of shape (H, W, 3), channels blue, green, red."""
    maps: dict[str, np.ndarray]
    """The prediction of each task."""
    masks: dict[str, dict[str, np.ndarray]]
    """Attention of shape (C, H, W) by task and block."""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the image."""
        return self.image.shape[0], self.image.shape[1]


class Demo:
    """What the page does.

    Args:
        inferencer: The network.
    """

    def __init__(self, inferencer: MultiTaskInferencer) -> None:
        self.inferencer = inferencer
        self._files = tempfile.TemporaryDirectory(prefix='mmmtl-')
        self.tasks = list(inferencer.tasks)
        found = find_masks(inferencer.segmentor, inferencer.tasks)
        self.masked_tasks = [name for name in self.tasks if name in found]
        self.blocks = list(dict.fromkeys(block for blocks in found.values() for block in blocks))

    def predict(self, image: str | None, opacity: float = 1.0) -> list[Any]:
        """Predicts.

        Args:
            image: Path of the image, or None.
            opacity: How much of the image the colours hide, from 0 to 1. Defaults to 1.

        Returns:
            The picture of each task, the key of each task, what is said of the image, what is said
            of a pixel, the files, and what is shown. After an error all but what is said of it is
            empty.
        """
        if image is None:
            return self._nothing('')
        if not InputImages(image).is_single:
            message = f'{image}: expected an image, found a video or a folder.'
            return self._nothing(error_html(ValueError(message), image))
        start = time.perf_counter()
        with record_masks(self.inferencer.segmentor, self.tasks) as recorded:
            (prediction,) = self.inferencer.stream(image)
        if prediction.error is not None:
            return self._nothing(error_html(prediction.error, image))
        status = status_html(image, prediction.image, time.perf_counter() - start)
        masks = {
            task: {block: mask[0].numpy() for block, mask in blocks.items()}
            for task, blocks in recorded.items()
        }
        shown = Shown(prediction.image, prediction.maps, masks)
        painted = self._paint(shown, opacity)
        files = write_downloads(
            Path(self._files.name), Path(image).stem, prediction.maps, self.inferencer.tasks
        )
        return [
            *(painted[task].picture for task in self.tasks),
            *(key_html(painted[task].key) for task in self.tasks),
            status,
            CLICK_HTML,
            gr.Files(files),
            shown,
        ]

    def overlay(self, shown: Shown | None, opacity: float) -> list[Any]:
        """Paints the predictions again.

        Args:
            shown: What is shown, or None.
            opacity: How much of the image the colours hide, from 0 to 1.

        Returns:
            The picture of each task.
        """
        if shown is None:
            return [None] * len(self.tasks)
        painted = self._paint(shown, opacity)
        return [painted[task].picture for task in self.tasks]

    def read(self, shown: Shown | None, event: gr.SelectData) -> str:
        """Says what all tasks predict at the pixel that was clicked.

        Args:
            shown: What is shown, or None.
            event: The click.

        Returns:
            HTML.
        """
        if shown is None:
            return ''
        x, y = event.index
        said = pixel_words(self.inferencer.tasks, shown.maps, x, y, shown.size)
        return pixel_html(x, y, said)

    def _paint(self, shown: Shown, opacity: float) -> Any:
        return paint_prediction(
            shown.image, shown.maps, self.inferencer.tasks, opacity=float(opacity)
        )

    def _nothing(self, status: str) -> list[Any]:
        count = len(self.tasks)
        return [*[None] * count, *[''] * count, status, '', gr.Files(None), None]

    def show_masks(self, shown: Shown | None, task: str, block: str, channel: int) -> list[Any]:
        """Paints the masks that are chosen.

        Args:
            shown: What is shown, or None without an image.
            task: Task whose channels are on the sheet.
            block: The block.
            channel: The channel; the last one if the block has fewer.

        Returns:
            The part of the page, which is hidden without an image, the slider of the channels, the
            sheet and the masks of all tasks.
        """
        if shown is None:
            return [gr.Column(visible=False), *[gr.skip()] * (2 + len(self.masked_tasks))]
        count = len(shown.masks[task][block])
        channel = min(int(channel), count - 1)
        sheet = self._sheet(shown, task, block, channel)
        masks = [
            paint_mask(shown.masks[name][block][channel], shown.size) for name in self.masked_tasks
        ]
        slider = gr.Slider(maximum=count - 1, value=channel, label=_slider_label(count))
        return [gr.Column(visible=True), slider, sheet.draw(), *masks]

    def choose(
        self,
        shown: Shown | None,
        task: str,
        block: str,
        channel: int,
        event: gr.SelectData,
    ) -> int:
        """Tells which channel of the sheet was clicked.

        Args:
            shown: What is shown.
            task: Task of the sheet.
            block: Block of the sheet.
            channel: The channel that was chosen before.
            event: The click.

        Returns:
            The channel.
        """
        if shown is None:
            return channel
        return self._sheet(shown, task, block, int(channel)).channel_at(*event.index)

    def _sheet(self, shown: Shown, task: str, block: str, channel: int) -> MaskSheet:
        height, width = shown.size
        return MaskSheet(shown.masks[task][block], channel, height / width)


def _slider_label(count: int) -> str:
    return f'channel, one of {count}'
