"""What the page takes from whoever sees it, and how it is served."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

import gradio as gr

from mmmtl.datasets.pixel_limit import set_pixel_limit

_SESSIONS = 16
"""Visitors whose masks are kept; those of the one who was away the longest are forgotten."""


class Limits(NamedTuple):
    """Limits of the page.

    Args:
        megabytes: Largest file that is taken. Defaults to 20.
        pixels: Largest number of pixels of an image. Defaults to 40 million.
        waiting: How many predictions may wait; further ones are told that it is full. Defaults
            to 8.
    """

    megabytes: int = 20
    pixels: int = 40_000_000
    waiting: int = 8


def add_limits(parser: argparse.ArgumentParser) -> None:
    """Adds the options that state other limits.

    Args:
        parser: The parser of the program.
    """
    usual = Limits()
    for name, text in (
        ('megabytes', 'largest file that is taken'),
        ('pixels', 'largest number of pixels of an image'),
        ('waiting', 'how many predictions may wait'),
    ):
        value = getattr(usual, name)
        parser.add_argument(
            f'--max-{name}', type=_positive, default=value, help=f'{text} (default: {value:,})'
        )


def limits_of(args: argparse.Namespace) -> Limits:
    """Gives the limits of a command line.

    Args:
        args: What the parser read.

    Returns:
        The limits.
    """
    return Limits(args.max_megabytes, args.max_pixels, args.max_waiting)


def serve(
    page: gr.Blocks,
    limits: Limits,
    host: str = '127.0.0.1',
    port: int | None = None,
    style: Path | None = None,
    theme: gr.Theme | None = None,
    block: bool = True,
) -> None:
    """Serves the page: one prediction at a time, and no other files than those that it made.

    Args:
        page: The page.
        limits: Its limits. That of pixels holds for the whole process.
        host: Address to serve at. Defaults to this machine alone.
        port: Port. Defaults to a free one from 7860 on.
        style: File of CSS. Defaults to none.
        theme: Theme of the page. Defaults to gradio's.
        block: Whether to wait until the process is stopped. Defaults to True.
    """
    set_pixel_limit(limits.pixels)
    page.queue(max_size=limits.waiting, default_concurrency_limit=1)
    page.launch(
        server_name=host,
        server_port=port,
        theme=theme,
        css_paths=style,
        footer_links=[],
        ssr_mode=False,
        share=False,
        enable_monitoring=False,
        mcp_server=False,
        max_file_size=limits.megabytes * gr.FileSize.MB,
        state_session_capacity=_SESSIONS,
        show_error=True,  # of files that gradio itself cannot open
        prevent_thread_lock=not block,
        quiet=not block,
    )


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f'expected a positive whole number, found {text!r}')
    return int(text)
