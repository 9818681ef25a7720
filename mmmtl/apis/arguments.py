"""What the command-line tools share in reading their arguments."""

from __future__ import annotations

import argparse
import os
import re

from mmengine.config import DictAction


def parse_size(text: str) -> tuple[int, int]:
    """Reads the size of an image, as a ``type`` for :mod:`argparse`.

    Args:
        text: Such as ``128x256``, height and width in pixels.

    Returns:
        (height, width), both positive.

    Raises:
        argparse.ArgumentTypeError: If the text is no such size.

    >>> parse_size('128x256')
    (128, 256)
    """
    match = re.fullmatch(r'([1-9]\d*)x([1-9]\d*)', text)
    if match is None:
        raise argparse.ArgumentTypeError(f'expected HEIGHTxWIDTH such as 128x256, found {text!r}')
    return int(match[1]), int(match[2])


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Adds mmsegmentation's options that training and testing share.

    Args:
        parser: The parser, which gets ``--cfg-options``, ``--launcher`` and ``--local_rank``.
    """
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=DictAction,
        help='values that override the config, as key=value; a list is written key="[a,b]" or '
        'key=a,b, and may be nested: key="[(a,b),(c,d)]", with quotation marks and without spaces',
    )
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='job launcher',
    )
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)


def pass_process_number_on(args: argparse.Namespace) -> None:
    """Passes the number of the process on as mmengine expects it, in the variable ``LOCAL_RANK``.

    Args:
        args: What a parser with the options of :func:`add_run_options` read.
    """
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
