"""Draws the weights of the tasks' losses, and these losses, over the epochs of one or several runs.

Example:
    python tools/analysis_tools/plot_weights.py work_dirs/equal work_dirs/dwa --out weights.png
"""

from __future__ import annotations

import argparse
import sys

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.run_arguments import add_runs, runs_by_name
from mmmtl.visualization import draw_task_weights


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    add_runs(parser, 'weights.png')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    runs = runs_by_name(args)
    draw_task_weights(runs, args.out)
    print(f'{args.out}: weights and losses of {len(runs)} run(s)')


if __name__ == '__main__':
    sys.exit(run_command(main))
