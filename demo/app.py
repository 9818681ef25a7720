#!/usr/bin/env python
"""A page on which images can be dropped: predictions of all tasks, and the attention behind them.

Runs on this machine alone: nothing is sent elsewhere, and no internet access is needed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

os.environ['GRADIO_ANALYTICS_ENABLED'] = 'False'  # read when gradio is imported

try:
    import gradio as gr
except ModuleNotFoundError as missing:
    if missing.name != 'gradio':
        raise
    sys.exit("error: the demo needs gradio, the extra 'demo': pip install -e '.[demo]'")
import numpy as np
from example_images import find_examples, write_examples
from keys import key_html
from limits import add_limits, limits_of, serve
from mask_sheet import MaskSheet

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import (
    add_cfg_options,
    add_checkpoint,
    add_config,
    add_device,
    parse_port,
)
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.prediction_pictures import paint_prediction
from mmmtl.visualization import find_masks, paint_mask, record_masks

_MIN_WIDTH = 240  # of a column in pixels: four of them stand side by side

STYLE = Path(__file__).with_name('style.css')
THEME = gr.themes.Soft(primary_hue='indigo', font=['system-ui', 'sans-serif'])


class Attention(NamedTuple):
    """The masks of the image that is shown."""

    masks: dict[str, dict[str, np.ndarray]]
    """Shape (C, H, W) by task and block."""
    size: tuple[int, int]
    """Height and width of the image."""


class Demo:
    """What the page does.

    Args:
        inferencer: The network.
    """

    def __init__(self, inferencer: MultiTaskInferencer) -> None:
        self.inferencer = inferencer
        self.tasks = list(inferencer.tasks)
        found = find_masks(inferencer.segmentor, inferencer.tasks)
        self.masked_tasks = [name for name in self.tasks if name in found]
        self.blocks = list(dict.fromkeys(block for blocks in found.values() for block in blocks))

    def predict(self, image: str | None) -> list[Any]:
        """Predicts.

        Args:
            image: Path of the image, or None.

        Returns:
            The picture of each task, the key of each task, and the attention.
        """
        if image is None:
            return [None] * len(self.tasks) + [''] * len(self.tasks) + [None]
        with record_masks(self.inferencer.segmentor, self.tasks) as recorded:
            (prediction,) = self.inferencer.stream(image)
        if prediction.error is not None:
            raise gr.Error(_told(prediction.error, image))
        painted = paint_prediction(prediction.image, prediction.maps, self.inferencer.tasks)
        masks = {
            task: {block: mask[0].numpy() for block, mask in blocks.items()}
            for task, blocks in recorded.items()
        }
        return [
            *(painted[task].picture for task in self.tasks),
            *(key_html(painted[task].key) for task in self.tasks),
            Attention(masks, prediction.image.shape[:2]),
        ]

    def show_masks(
        self, attention: Attention | None, task: str, block: str, channel: int
    ) -> list[Any]:
        """Paints the masks that are chosen.

        Args:
            attention: The masks of the image, or None without an image.
            task: Task whose channels are on the sheet.
            block: The block.
            channel: The channel; the last one if the block has fewer.

        Returns:
            The part of the page, which is hidden without an image, the slider of the channels, the
            sheet and the masks of all tasks.
        """
        if attention is None:
            return [gr.Column(visible=False), *[gr.skip()] * (2 + len(self.masked_tasks))]
        count = len(attention.masks[task][block])
        channel = min(int(channel), count - 1)
        sheet = self._sheet(attention, task, block, channel)
        shown = [
            paint_mask(attention.masks[name][block][channel], attention.size)
            for name in self.masked_tasks
        ]
        slider = gr.Slider(maximum=count - 1, value=channel, label=_slider_label(count))
        return [gr.Column(visible=True), slider, sheet.draw(), *shown]

    def choose(
        self,
        attention: Attention | None,
        task: str,
        block: str,
        channel: int,
        event: gr.SelectData,
    ) -> int:
        """Tells which channel of the sheet was clicked.

        Args:
            attention: The masks of the image.
            task: Task of the sheet.
            block: Block of the sheet.
            channel: The channel that was chosen before.
            event: The click.

        Returns:
            The channel.
        """
        if attention is None:
            return channel
        return self._sheet(attention, task, block, int(channel)).channel_at(*event.index)

    def _sheet(self, attention: Attention, task: str, block: str, channel: int) -> MaskSheet:
        height, width = attention.size
        return MaskSheet(attention.masks[task][block], channel, height / width)


def build_page(demo: Demo, examples: Sequence[str], title: str) -> gr.Blocks:
    """Lays the page out.

    Args:
        demo: What the page does.
        examples: Paths of images to choose from.
        title: What network it is.

    Returns:
        The page, ready to be launched.
    """
    with gr.Blocks(analytics_enabled=False, title='mmmtl', delete_cache=(3600, 3600)) as page:
        gr.HTML(f'<div class="mmmtl-title">mmmtl <small>{escape(title)}</small></div>')
        attention = gr.State(None)
        with gr.Row(equal_height=False):
            with gr.Column(min_width=_MIN_WIDTH):
                _head('image', 'drop one here, or choose one below')
                image = gr.Image(
                    type='filepath',  # read by the same rules as everywhere
                    image_mode=None,
                    sources=['upload', 'clipboard'],
                    show_label=False,
                    elem_id='image',
                    elem_classes='mmmtl-picture',
                )
            pictures, keys = [], []
            for task in demo.tasks:
                with gr.Column(min_width=_MIN_WIDTH):
                    _head(task)
                    pictures.append(_picture(f'picture-{task}'))
                    keys.append(gr.HTML())
        gr.Examples(list(examples), image, label='examples')
        outputs = [*pictures, *keys, attention]
        predicted = image.change(demo.predict, image, outputs, api_name='predict')
        if demo.blocks:
            _add_masks(demo, attention, predicted)
    return page


def _add_masks(demo: Demo, attention: gr.State, predicted: Any) -> None:
    with gr.Column(visible=False) as part:
        gr.Markdown('## attention')
        with gr.Row():
            block = gr.Dropdown(
                demo.blocks,
                value=demo.blocks[0],
                label='block',
                elem_id='block',
                min_width=_MIN_WIDTH,
            )
            channel = gr.Slider(
                0, 1, value=0, step=1, label='channel', elem_id='channel', min_width=_MIN_WIDTH
            )
        masks = []
        with gr.Row():
            for name in demo.masked_tasks:
                with gr.Column(min_width=_MIN_WIDTH):
                    _head(f'mask of {name}', 'colours span its own values')
                    masks.append(_picture(f'mask-{name}', 'mmmtl-mask'))
        task = gr.Radio(
            demo.masked_tasks, value=demo.masked_tasks[0], label='channels of', elem_id='task'
        )
        _head('channels', 'click on one to see it above')
        sheet = _picture('sheet', 'mmmtl-sheet', buttons=())  # which would hide a channel
    chosen = [attention, task, block, channel]
    shown = [part, channel, sheet, *masks]
    predicted.then(demo.show_masks, chosen, shown, show_progress='hidden')
    for control, event in ((task, 'input'), (block, 'input'), (channel, 'release')):
        getattr(control, event)(demo.show_masks, chosen, shown, show_progress='hidden')
    clicked = sheet.select(demo.choose, chosen, channel, show_progress='hidden')
    clicked.then(demo.show_masks, chosen, shown, show_progress='hidden')


def _head(text: str, remark: str = '') -> None:
    gr.HTML(f'<div class="mmmtl-head">{escape(text)} <small>{escape(remark)}</small></div>')


def _picture(
    name: str, kind: str = '', buttons: Sequence[str] = ('download', 'fullscreen')
) -> gr.Image:
    return gr.Image(
        elem_id=name,
        elem_classes=['mmmtl-picture', kind],
        format='png',
        interactive=False,
        show_label=False,
        buttons=list(buttons),
    )


def _told(error: Exception, image: str) -> str:
    """What the page says of an error: the name of the image, not where it lies on this machine."""
    return escape(str(error).replace(image, Path(image).name), quote=False)


def _slider_label(count: int) -> str:
    return f'channel, one of {count}'


def main() -> None:
    """Shows the page until the process is stopped."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    add_config(parser)
    add_checkpoint(parser)
    add_device(parser)
    parser.add_argument('--host', default='127.0.0.1', help='default: 127.0.0.1, this machine')
    parser.add_argument('--port', type=parse_port, help='default: a free one from 7860 on')
    parser.add_argument('--examples', type=Path, metavar='DIR', help='folder of example images')
    add_limits(parser)
    add_cfg_options(parser)
    args = parser.parse_args()

    inferencer = MultiTaskInferencer(
        args.config,
        args.checkpoint,
        args.device,
        cfg_options=args.cfg_options,
        show_progress=False,
    )
    with tempfile.TemporaryDirectory() as folder:
        examples = find_examples(args.examples) if args.examples else write_examples(Path(folder))
        page = build_page(Demo(inferencer), examples, f'{args.config}, {args.checkpoint}')
        serve(page, limits_of(args), args.host, args.port, STYLE, THEME)


if __name__ == '__main__':
    sys.exit(run_command(main))
