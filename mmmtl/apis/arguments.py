"""What the command-line tools share in reading their arguments."""

from __future__ import annotations

import argparse
import re


def parse_size(text: str) -> tuple[int, int]:
    """Reads the size of an image, as a ``type`` for :mod:`argparse`.

    Args:
        text: Such as ``128x256``, height and width in pixels.

    Returns:
        (height, width), both positive.

    Raises:
        argparse.ArgumentTypeError: If the text is no such size.
    """
    match = re.fullmatch(r'([1-9]\d*)x([1-9]\d*)', text)
    if match is None:
        raise argparse.ArgumentTypeError(f'expected HEIGHTxWIDTH such as 128x256, found {text!r}')
    return int(match[1]), int(match[2])
