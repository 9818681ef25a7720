"""Draws ten small sets of pictures with one class each, in the layout of the Visual Decathlon."""

from __future__ import annotations

import argparse

from mmmtl_scenes.writers.decathlon import DecathlonSet, write_decathlon

DESCRIPTION = (
    'Draws ten small sets of pictures with one class each, in the layout of the Visual Decathlon. '
    'They are synthetic, and resemble the ten in kind: fine differences, characters, digits, '
    'patterns. After an interruption, the same command goes on and keeps complete images.'
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments.

    Args:
        parser: Parser of the command.
    """
    parser.add_argument('out', help='folder of the data set')
    parser.add_argument('--seed', type=int, default=0, help='seed of the set (default: 0)')
    parser.add_argument(
        '--share',
        type=float,
        default=1.0,
        help='share of the images of each class to draw, at least one image (default: 1)',
    )
    parser.add_argument('--workers', type=int, help='processes (default: all cores)')
    parser.add_argument('--quiet', action='store_true', help='show no progress')


def run(args: argparse.Namespace) -> int:
    """Runs the command.

    Args:
        args: What the parser read.

    Returns:
        How many images were drawn.

    Raises:
        BrokenProcessPool: If a process was killed.
        OSError: If a file cannot be written.
        ValueError: If a value is out of range, or the folder holds something else.
    """
    decathlon = DecathlonSet(seed=args.seed, share=args.share)
    return write_decathlon(args.out, decathlon, args.workers, progress=not args.quiet)
