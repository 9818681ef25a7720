r"""Draws training losses and validation metrics of one or several runs over their epochs.

Example:
    python tools/analysis_tools/draw_curves.py work_dirs/equal work_dirs/dwa --names equal DWA \
        --keys seg/loss depth/loss seg/mIoU depth/abs_err --out curves.png
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mmmtl.apis.command_errors import run_command
from mmmtl.visualization import draw_learning_curves


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'runs',
        nargs='+',
        type=Path,
        metavar='RUN',
        help='work_dir of a run, or one of its folders named after the time, or a log file there',
    )
    parser.add_argument('--names', nargs='+', help='names of the runs (default: their paths)')
    parser.add_argument(
        '--keys', nargs='+', help='what to draw, such as seg/loss seg/mIoU (default: all)'
    )
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('curves.png'),
        help='picture to write: .png, .svg or .pdf (default: curves.png)',
    )
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    names = args.names or [str(run) for run in args.runs]
    if len(names) != len(args.runs) or len(set(names)) < len(names):
        raise ValueError(
            f'--names: expected {len(args.runs)} different names, one for each run, found {names}.'
        )
    draw_learning_curves(dict(zip(names, args.runs, strict=True)), args.out, args.keys)
    print(f'{args.out}: losses and metrics of {len(names)} run(s)')


if __name__ == '__main__':
    sys.exit(run_command(main))
