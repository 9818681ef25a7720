"""Renders a data set of street scenes in the layout of CityScapes."""

from __future__ import annotations

import argparse

from mmmtl.apis.arguments import parse_size
from mmmtl_scenes.writers.cityscapes import StreetSceneSet, write_street_scenes
from mmmtl_scenes.writers.pascal import write_pascal_streets

DESCRIPTION = (
    'Renders street scenes with exact labels, in the layout of CityScapes or PASCAL-Context. '
    'After an interruption, the same command goes on and keeps complete samples.'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments.

    Args:
        parser: Parser of the command.
    """
    parser.add_argument('out', help='folder of the data set')
    parser.add_argument(
        '--format',
        choices=['cityscapes', 'pascal'],
        default='cityscapes',
        help='layout; pascal is the folder PASCAL_MT of the benchmark of cross-task decoders, with '
        'parts of people, saliency, normals and edges (default: cityscapes)',
    )
    parser.add_argument(
        '--size', type=parse_size, default=(128, 256), help='HEIGHTxWIDTH (default: 128x256)'
    )
    parser.add_argument('--train', type=int, default=400, help='images to train on (default: 400)')
    parser.add_argument('--val', type=int, default=80, help='images to validate on (default: 80)')
    parser.add_argument('--test', type=int, default=0, help='images to test on (default: 0)')
    parser.add_argument('--seed', type=int, default=0, help='seed of the set (default: 0)')
    parser.add_argument('--workers', type=int, help='processes (default: all cores)')
    parser.add_argument('--normals', action='store_true', help='also write exact normals, as .npy')
    parser.add_argument(
        '--dropouts',
        type=float,
        default=0.03,
        help='share of random blotches without disparity. With 0, pixels that a right camera would '
        'not see also keep their disparity, and none is infinitely far (default: 0.03)',
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
    scenes = StreetSceneSet(
        size=args.size,
        train=args.train,
        val=args.val,
        test=args.test,
        seed=args.seed,
        normals=args.normals,
        dropouts=args.dropouts,
        supersample=args.supersample,
    )
    if args.format == 'pascal':
        return write_pascal_streets(args.out, scenes, args.workers, progress=not args.quiet)
    return write_street_scenes(args.out, scenes, args.workers, progress=not args.quiet)
