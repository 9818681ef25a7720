"""Parts of the page, and its short texts as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

CLICK_HTML = '<div class="mmmtl-key mmmtl-pixel">Click on a picture to read its values.</div>'
"""What is said of a pixel before one was clicked."""


def image_field() -> gr.Image:
    """Puts a field for an image of the visitor's on the page.

    Returns:
        The field. It gives the path of the file as it was sent, broken or not: gradio itself would
        open the image first, and tell of a broken one in words of its own.
    """
    field = gr.Image(
        type='filepath',
        sources=['upload', 'clipboard'],
        show_label=False,
        elem_id='image',
        elem_classes='mmmtl-picture',
    )
    field.preprocess = _path_of  # type: ignore[method-assign]
    return field


def _path_of(payload: Any) -> str | None:
    """Gives the path of what the page sent, which gradio has checked to be a file sent to it."""
    return None if payload is None or payload.path is None else str(payload.path)


def head(text: str, remark: str = '') -> None:
    """Puts a heading on the page.

    Args:
        text: The heading.
        remark: What stands behind it. Defaults to nothing.
    """
    gr.HTML(f'<div class="mmmtl-head">{escape(text)} <small>{escape(remark)}</small></div>')


def picture(
    name: str, kind: str = '', buttons: Sequence[str] = ('download', 'fullscreen')
) -> gr.Image:
    """Puts a field for a picture on the page.

    Args:
        name: Its id.
        kind: Its class in ``style.css``. Defaults to none.
        buttons: Its buttons. Defaults to those to download it and to see it alone.

    Returns:
        The field.
    """
    return gr.Image(
        elem_id=name,
        elem_classes=['mmmtl-picture', kind],
        format='png',
        interactive=False,
        show_label=False,
        buttons=list(buttons),
    )


def status_html(path: str, image: np.ndarray, seconds: float) -> str:
    """Says which image is shown, and how long its prediction took.

    Args:
        path: Path of the image.
        image: The image, shape (H, W, 3).
        seconds: Time from the file to the predictions.

    Returns:
        HTML.
    """
    height, width = image.shape[:2]
    text = f'{Path(path).name}: {width} x {height} pixels, predicted in {seconds:.2f} s'
    return f'<div class="mmmtl-status">{escape(text)}</div>'


def error_html(error: Exception, path: str) -> str:
    """Says what is wrong with an image: by its name, not where it lies on this machine.

    Args:
        error: The error.
        path: Path of the image.

    Returns:
        HTML.
    """
    text = escape(str(error).replace(path, Path(path).name), quote=False)
    return f'<div class="mmmtl-status mmmtl-error" role="alert">{text}</div>'


def pixel_html(x: int, y: int, said: Sequence[tuple[str, str]]) -> str:
    """Says what is predicted at a pixel.

    Args:
        x: Its column.
        y: Its row.
        said: Name and words of each task.

    Returns:
        HTML.
    """
    words = ' '.join(
        f'<span class="entry"><b>{escape(name)}</b> {escape(value)}</span>' for name, value in said
    )
    return f'<div class="mmmtl-key mmmtl-pixel">pixel {x}, {y}: {words}</div>'
