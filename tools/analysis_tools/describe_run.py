r"""Describes a finished run of a benchmark: writes its panels.npz and its record.json.

tools/benchmark.py calls it after each training. It predicts the validation set once with the run's
last checkpoint, and reads the rest (parameters, FLOPs, protocol, hashes of the data) from the
config that the run left in its folder.

Example:
    python tools/analysis_tools/describe_run.py work_dirs/embedded/streets/mtan/equal/seed0
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.launch import run_command
from mmmtl_bench.run.describe import describe_run
from mmmtl_bench.run.run_record import RECORD_FILE


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('folder', type=Path, help="the run's folder, with its spec.json")
    parser.add_argument('--checkpoint', help='weights to evaluate (default: the last ones)')
    parser.add_argument('--device', help='such as cpu (default: the accelerator, if any)')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    record = describe_run(args.folder, args.checkpoint, args.device)
    flops = 'unknown FLOPs' if record.flops is None else f'{record.flops / 1e9:.4g} GFLOPs'
    print(f'{args.folder / RECORD_FILE}: {record.num_params:,} parameters, {flops}')


if __name__ == '__main__':
    sys.exit(run_command(main))
