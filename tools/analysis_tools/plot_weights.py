"""Draws the weights of the tasks' losses, and these losses, over the epochs of one or several runs.

Example:
    python tools/analysis_tools/plot_weights.py work_dirs/equal work_dirs/dwa --out weights.png
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mmmtl.apis.command_errors import run_command
from mmmtl.visualization import draw_task_weights


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
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
        default=Path('weights.png'),
        help='picture to write: .png, .svg or .pdf (default: weights.png)',
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
    draw_task_weights(dict(zip(names, args.runs, strict=True)), args.out)
    print(f'{args.out}: weights and losses of {len(names)} run(s)')


if __name__ == '__main__':
    sys.exit(run_command(main))
