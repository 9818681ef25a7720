r"""Draws training losses and validation metrics of one or several runs over their epochs.

Example:
    python tools/analysis_tools/draw_curves.py work_dirs/equal work_dirs/dwa --names equal DWA \
        --keys seg/loss depth/loss seg/mIoU depth/abs_err --out curves.png
"""

from __future__ import annotations

import argparse
import sys

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.run_arguments import add_runs, runs_by_name
from mmmtl.visualization import draw_learning_curves


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_runs(parser, 'curves.png')
    parser.add_argument(
        '--keys', nargs='+', help='what to draw, such as seg/loss seg/mIoU (default: all)'
    )
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    runs = runs_by_name(args)
    draw_learning_curves(runs, args.out, args.keys)
    print(f'{args.out}: losses and metrics of {len(runs)} run(s)')


if __name__ == '__main__':
    sys.exit(run_command(main))
