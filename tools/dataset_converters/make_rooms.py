"""Renders a data set of rooms in one of the layouts of NYUv2.

Example:
    python tools/dataset_converters/make_rooms.py data/nyuv2 --size 288x384
    python tools/dataset_converters/make_rooms.py data/rooms.mat --format mat
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from mmmtl.apis.arguments import parse_size
from mmmtl.datasets.synthetic.nyuv2_mat import OFFICIAL_SIZE, write_nyuv2_mat
from mmmtl.datasets.synthetic.nyuv2_writer import RoomSet, write_rooms

_SIZES = {'npy': (288, 384), 'mat': OFFICIAL_SIZE}


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description='Renders rooms with exact labels, in the layout of the pre-processed NYUv2 of '
        "MTAN's authors (npy) or in the form of NYUv2's own file (mat). An interrupted run of npy "
        'can be repeated: complete samples are kept.'
    )
    parser.add_argument('out', help='folder of the data set, or the file with --format mat')
    parser.add_argument(
        '--format',
        choices=list(_SIZES),
        default='npy',
        help='npy: a folder of arrays, ready for training; mat: one file as the official '
        'nyu_depth_v2_labeled.mat, and splits.mat beside it (default: npy)',
    )
    parser.add_argument(
        '--size', type=parse_size, help='HEIGHTxWIDTH (default: 288x384; 480x640 for mat)'
    )
    parser.add_argument('--train', type=int, default=200, help='images to train on (default: 200)')
    parser.add_argument('--val', type=int, default=60, help='images to validate on (default: 60)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the set (default: 0)')
    parser.add_argument('--workers', type=int, help='processes (default: all cores)')
    parser.add_argument(
        '--dropouts',
        type=float,
        default=0.02,
        help='share of random blotches without depth and normal; 0 also keeps those of the pixels '
        "that a Kinect's projector would not reach (default: 0.02)",
    )
    parser.add_argument(
        '--supersample', type=int, default=1, help='rays per pixel and direction (default: 1)'
    )
    parser.add_argument('--quiet', action='store_true', help='show no progress')
    return parser.parse_args()


def main() -> int:
    """Runs the command; gives the exit code."""
    args = parse_args()
    try:
        rooms = RoomSet(
            size=args.size or _SIZES[args.format],
            train=args.train,
            val=args.val,
            seed=args.seed,
            dropouts=args.dropouts,
            supersample=args.supersample,
        )
        if args.format == 'npy':
            count = write_rooms(args.out, rooms, args.workers, progress=not args.quiet)
        else:
            splits = Path(args.out).with_name('splits.mat')
            count = write_nyuv2_mat(args.out, rooms, splits, args.workers, not args.quiet)
    except (BrokenProcessPool, ImportError, OSError, ValueError) as error:
        print(f'make_rooms.py: error: {error}', file=sys.stderr)
        return 1
    if not args.quiet:
        print(f'{args.out}: {count} samples rendered.')
    return 0


if __name__ == '__main__':
    sys.exit(main())
