"""Writes a smaller copy of CityScapes, in the same layout.

Training is slow if it decodes PNG files of 2048x1024 pixels in every epoch. The copy has what
training reads: images (averaged over pixel areas), label ids and disparities (of the nearest pixel,
with unchanged values: a disparity stays that of the original camera) and the camera files.

An interrupted copy continues where it stopped.

Example:
    python -m mmmtl data cityscapes SRC data/cityscapes --size 128x256
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from mmmtl.apis.arguments import parse_size
from mmmtl.datasets.conversion.reduced_cityscapes import reduce_cityscapes

GOES_ON = 'the same command goes on'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('source', type=Path, metavar='SRC', help='root of CityScapes')
    parser.add_argument('target', type=Path, metavar='OUT', help='root of the copy')
    parser.add_argument(
        '--size', type=parse_size, default=(128, 256), help='HEIGHTxWIDTH (default: 128x256)'
    )
    parser.add_argument(
        '--splits',
        nargs='+',
        default=['train', 'val'],
        help='splits to copy (default: train val)',
    )
    parser.add_argument(
        '--annotations',
        choices=('gtFine', 'gtCoarse'),
        help='labels (default: gtCoarse for train_extra, which has no others, else gtFine)',
    )
    parser.add_argument(
        '--workers', type=int, default=os.cpu_count(), help='processes (default: all cores)'
    )


def run(args: argparse.Namespace) -> int:
    """Writes the copy.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        BrokenProcessPool: If a process was killed.
        OSError: If a file is missing, or cannot be written.
        ValueError: If an argument is wrong, a file is broken, or the folder holds something else.
    """
    if args.workers < 1:
        raise ValueError(f'--workers: expected at least 1, found {args.workers}.')
    count = reduce_cityscapes(
        args.source, args.target, args.size, args.splits, args.workers, args.annotations
    )
    height, width = args.size
    print(f'{count} samples of size {height}x{width} in {args.target}')
    return 0
