"""Renders a data set of rooms in one of the layouts of NYUv2."""

from __future__ import annotations

import argparse
from pathlib import Path

from mmmtl.apis.arguments import parse_size
from mmmtl_scenes.writers.folders import write_folders_of_rooms
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet, write_rooms
from mmmtl_scenes.writers.nyuv2_mat import OFFICIAL_SIZE, write_nyuv2_mat

_SIZES = {'npy': (288, 384), 'nyud': (288, 384), 'folders': (288, 384), 'mat': OFFICIAL_SIZE}

DESCRIPTION = (
    'Renders rooms with exact labels, in the layout of the pre-processed NYUv2 of '
    "MTAN's authors (npy), of NYUD-MT (nyud), in the form of NYUv2's own file (mat), or as "
    'folders of pictures (folders). After an interruption, the same command goes on and keeps '
    'complete samples; with mat, it starts again.'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments.

    Args:
        parser: Parser of the command.
    """
    parser.add_argument('out', help='folder of the data set, or the file with --format mat')
    parser.add_argument(
        '--format',
        choices=list(_SIZES),
        default='npy',
        help='npy: a folder of arrays, ready for training; nyud: the folder NYUD_MT of the '
        'benchmark of cross-task decoders, with edges; folders: images, masks and depths as in '
        'docs/own_data.md; mat: one file like the official '
        'nyu_depth_v2_labeled.mat, with splits.mat next to it (default: npy)',
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
        help='share of random blotches without depth and normal. With 0, pixels that the projector '
        'of a Kinect would not reach also keep theirs (default: 0.02)',
    )
    parser.add_argument(
        '--supersample', type=int, default=1, help='rays per pixel and direction (default: 1)'
    )
    parser.add_argument('--quiet', action='store_true', help='show no progress')


def run(args: argparse.Namespace) -> int:
    """Runs the command.

    Args:
        args: What the parser read.

    Returns:
        How many samples were rendered.

    Raises:
        BrokenProcessPool: If a process was killed.
        OSError: If a file cannot be written.
        ValueError: If a value is out of range, or the folder holds something else.
    """
    rooms = RoomSet(
        size=args.size or _SIZES[args.format],
        train=args.train,
        val=args.val,
        seed=args.seed,
        dropouts=args.dropouts,
        supersample=args.supersample,
    )
    writers = dict(npy=write_rooms, nyud=write_nyud_rooms, folders=write_folders_of_rooms)
    if args.format in writers:
        return writers[args.format](args.out, rooms, args.workers, progress=not args.quiet)
    splits = Path(args.out).with_name('splits.mat')
    return write_nyuv2_mat(args.out, rooms, splits, args.workers, not args.quiet)
