r"""Converts the slow files of PASCAL-Context's multi-task benchmark, once.

In PASCAL_MT, the parts of people and the label maps are MATLAB files, and edges are thinned each
time they are read. The command makes PNG files of all these, in PASCAL_MT/converted. The data set
reads them instead, as long as the MATLAB files have not changed since.

Files that are missing or broken are listed at the end, and the exit code is then 1; all others are
converted. After an interruption, the same command goes on, and it renews what has changed.

Example:
    python -m mmmtl data pascal-context data/PASCAL_MT --compare 50
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from mmmtl.datasets.conversion import PascalConversion, compare_pascal
from mmmtl.files import require_room

GOES_ON = 'the same command goes on'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('root', type=Path, metavar='ROOT', help='the folder PASCAL_MT')
    parser.add_argument(
        '--compare',
        type=int,
        default=0,
        metavar='COUNT',
        help='afterwards, read COUNT samples with and without the converted files, and report '
        'whether all labels are equal and how long a sample takes (default: 0)',
    )
    parser.add_argument(
        '--workers', type=int, default=os.cpu_count(), help='processes (default: all cores)'
    )
    parser.add_argument('--quiet', action='store_true', help='show no progress')


def run(args: argparse.Namespace) -> int:
    """Converts.

    Args:
        args: What the parser read.

    Returns:
        The exit code: 1 if a file could not be converted, or a label differs.

    Raises:
        BrokenProcessPool: If a process was killed.
        OSError: If a list of names is missing, or there is no room.
        ValueError: If an argument is wrong.
    """
    if args.workers < 1:
        raise ValueError(f'--workers: expected at least 1, found {args.workers}.')
    if args.compare < 0:
        raise ValueError(f'--compare: expected a number of samples, found {args.compare}.')
    conversion = PascalConversion(args.root)
    size = conversion.disk_size()
    if not args.quiet:
        free = shutil.disk_usage(args.root).free
        print(
            f'{len(conversion.names)} images: about {size / 1e6:,.1f} MB in {conversion.out}, '
            f'{free / 1e6:,.1f} MB are free.',
            flush=True,
        )
    if not conversion.out.exists():
        require_room(conversion.out / 'parts', size)
    wrong = conversion.run(args.workers, progress=not args.quiet)
    sys.stderr.writelines(f'error: {line}\n' for line in wrong)
    if wrong:
        sys.stderr.write(f'{len(wrong)} file(s) not converted.\n')
        return 1
    return _compare(args) if args.compare else 0


def _compare(args: argparse.Namespace) -> int:
    found = compare_pascal(args.root, args.compare, progress=not args.quiet)
    print(
        f'{found.samples} samples: {found.original * 1000:.1f} ms of processor time each without '
        f'the converted files, {found.converted * 1000:.1f} ms with them, '
        f'{found.original / found.converted:.1f} times as fast; '
        + ('different: ' + ', '.join(found.different) if found.different else 'all labels equal')
        + '.'
    )
    return int(bool(found.different))
