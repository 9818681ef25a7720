"""How the page is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import gradio as gr
from demo_network import Demo
from page_parts import head, image_field, picture
from readout import task_words

_MIN_WIDTH = 240  # of a column in pixels: four of them stand side by side


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
        shown = gr.State(None)
        status = gr.HTML(elem_id='status')
        with gr.Row(equal_height=False):
            with gr.Column(min_width=_MIN_WIDTH):
                head('image', 'drop one here, or choose one below')
                image = image_field()
            pictures, keys = [], []
            for name, task in demo.inferencer.tasks.items():
                with gr.Column(min_width=_MIN_WIDTH):
                    head(name, task_words(task))
                    pictures.append(picture(f'picture-{name}'))
                    keys.append(gr.HTML())
        pixel = gr.HTML(elem_id='pixel')
        with gr.Row():
            opacity = gr.Slider(
                0, 1, value=1, step=0.05, label='opacity of the colours', elem_id='opacity'
            )
            files = gr.Files(label='predictions as files', interactive=False, elem_id='files')
        gr.Examples(list(examples), image, label='examples')
        outputs = [*pictures, *keys, status, pixel, files, shown]
        predicted = image.change(demo.predict, [image, opacity], outputs, api_name='predict')
        opacity.release(demo.overlay, [shown, opacity], pictures, show_progress='hidden')
        for shown_picture in pictures:
            shown_picture.select(demo.read, shown, pixel, show_progress='hidden')
        if demo.blocks:
            _add_masks(demo, shown, predicted)
    return page


def _add_masks(demo: Demo, shown: gr.State, predicted: Any) -> None:
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
                    head(f'mask of {name}', 'colours span its own values')
                    masks.append(picture(f'mask-{name}', 'mmmtl-mask'))
        task = gr.Radio(
            demo.masked_tasks, value=demo.masked_tasks[0], label='channels of', elem_id='task'
        )
        head('channels', 'click on one to see it above')
        sheet = picture('sheet', 'mmmtl-sheet', buttons=())  # which would hide a channel
    chosen = [shown, task, block, channel]
    painted = [part, channel, sheet, *masks]
    predicted.then(demo.show_masks, chosen, painted, show_progress='hidden')
    for control, event in ((task, 'input'), (block, 'input'), (channel, 'release')):
        getattr(control, event)(demo.show_masks, chosen, painted, show_progress='hidden')
    clicked = sheet.select(demo.choose, chosen, channel, show_progress='hidden')
    clicked.then(demo.show_masks, chosen, painted, show_progress='hidden')
