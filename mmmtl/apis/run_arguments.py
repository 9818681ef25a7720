"""What the tools that draw several runs share in reading their arguments."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_runs(parser: argparse.ArgumentParser, out: str) -> None:
    """Adds the arguments ``runs``, ``--names`` and ``--out``.

    Args:
        parser: The parser.
        out: Name of the picture that is written by default.
    """
    parser.add_argument(
        'runs',
        nargs='+',
        type=Path,
        metavar='RUN',
        help='work_dir of a run, or one of its folders named after the time, or a log file there',
    )
    parser.add_argument('--names', nargs='+', help='names of the runs (default: their paths)')
    parser.add_argument(
        '--out',
        type=Path,
        default=Path(out),
        help=f'picture to write: .png, .svg or .pdf (default: {out})',
    )


def runs_by_name(args: argparse.Namespace) -> dict[str, Path]:
    """Gives the runs by the names to show.

    Args:
        args: What a parser with the arguments of :func:`add_runs` read.

    Returns:
        The paths of the runs.

    Raises:
        ValueError: If there is not one name for each run, or two are the same.
    """
    names = args.names or [str(run) for run in args.runs]
    if len(names) != len(args.runs) or len(set(names)) < len(names):
        raise ValueError(
            f'--names: expected {len(args.runs)} different names, one for each run, found {names}.'
        )
    return dict(zip(names, args.runs, strict=True))
