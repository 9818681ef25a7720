r"""Converts the official file of NYUv2 to .npy files in the layout of the MTAN authors.

They are images, classes, depths in metres and surface normals. Download nyu_depth_v2_labeled.mat
and splits.mat from https://cs.nyu.edu/~silberman/datasets/nyu_depth_v2.html. A sample takes 3.2 MB
on disk at the default size, 1.3 MB with --compact. After an interruption, the same command goes on
and keeps complete samples.

Example:
    python -m mmmtl data nyuv2 nyu_depth_v2_labeled.mat --splits splits.mat \
        --out data/nyuv2 --size 288x384
"""

from __future__ import annotations

import argparse
from pathlib import Path

from mmmtl.apis.arguments import parse_size
from mmmtl.datasets.conversion import NYUv2Conversion, convert_nyuv2
from mmmtl.datasets.nyuv2_labels import CLASS_SETS

GOES_ON = 'the same command goes on'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('mat', type=Path, help='nyu_depth_v2_labeled.mat')
    parser.add_argument('--splits', type=Path, required=True, help='splits.mat')
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('data/nyuv2'),
        help='folder to write (default: data/nyuv2)',
    )
    parser.add_argument(
        '--size', type=parse_size, default=(288, 384), help='HEIGHTxWIDTH (default: 288x384)'
    )
    parser.add_argument(
        '--classes',
        type=int,
        choices=sorted(CLASS_SETS),
        default=13,
        help='classes (default: 13)',
    )
    parser.add_argument(
        '--crop-border',
        action='store_true',
        help='cut off the white border: keep rows 45 to 471 and columns 41 to 601, counted from 1',
    )
    parser.add_argument(
        '--normals',
        default='computed',
        metavar='computed|FOLDER',
        help='where normals come from (default: computed from the depth). A folder has a file '
        '<number>.npy or <number>.png for each image, numbered from 0 or from 1. Components are x '
        'right, y down and z forward: floats, or colours of 8 or 16 bit that are (n / 2 + 0.5) '
        'times the largest value. Zero or black is invalid',
    )
    parser.add_argument(
        '--flip-normals',
        default='',
        metavar='AXES',
        help='components of the normals in the folder that are negated, such as yz if y points up '
        'and z towards the camera (default: none)',
    )
    parser.add_argument(
        '--compact',
        action='store_true',
        help='store images as uint8, depth and normals as float16. mmmtl reads these as well; the '
        "MTAN authors' own code expects images in [0, 1]",
    )
    parser.add_argument('--workers', type=int, default=2, help='processes (default: 2)')
    parser.add_argument('--quiet', action='store_true', help='show no progress')


def run(args: argparse.Namespace) -> int:
    """Converts.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        BrokenProcessPool: If a process was killed.
        OSError: If a file cannot be read or written.
        ValueError: If an argument is wrong, a file is broken, or h5py is missing.
    """
    conversion = NYUv2Conversion(
        mat=args.mat,
        splits=args.splits,
        out=args.out,
        size=args.size,
        classes=args.classes,
        crop_border=args.crop_border,
        normals=None if args.normals == 'computed' else Path(args.normals),
        flip_normals=args.flip_normals,
        compact=args.compact,
    )
    count = convert_nyuv2(conversion, args.workers, progress=not args.quiet)
    if not args.quiet:
        print(f'{args.out}: {count} samples converted.')
    return 0
