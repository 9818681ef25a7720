"""Draws the cosines of the gradients of two tasks each, of runs with a ``GradientConflictHook``.

Example:
    python tools/analysis_tools/plot_conflicts.py work_dirs/equal work_dirs/dwa --out a.pdf
"""

from __future__ import annotations

import argparse
import sys

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.run_arguments import add_runs, runs_by_name
from mmmtl.visualization import draw_gradient_conflicts


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    add_runs(parser, 'conflicts.png')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    runs = runs_by_name(args)
    draw_gradient_conflicts(runs, args.out)
    print(f'{args.out}: gradient conflicts of {len(runs)} run(s)')


if __name__ == '__main__':
    sys.exit(run_command(main))
