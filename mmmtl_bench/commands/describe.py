r"""Describes a finished run of a benchmark: writes its panels.npz and its record.json.

``mmmtl benchmark`` calls it after each training. It predicts the validation set once with the run's
last checkpoint, and reads the rest (parameters, FLOPs, protocol, hashes of the data) from the
config that the run left in its folder.

Example:
    python -m mmmtl_bench.commands.describe work_dirs/embedded/streets/mtan/equal/seed0
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mmmtl.apis.arguments import add_device
from mmmtl.commands.program import run_program
from mmmtl_bench.run.describe import describe_run
from mmmtl_bench.run.run_record import RECORD_FILE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('folder', type=Path, help="the run's folder, with its spec.json")
    parser.add_argument('--checkpoint', help='weights to evaluate (default: the last ones)')
    add_device(parser)


def run(args: argparse.Namespace) -> int:
    """Describes the run.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        ValueError: If something is missing in the folder.
    """
    record = describe_run(args.folder, args.checkpoint, args.device)
    flops = 'unknown FLOPs' if record.flops is None else f'{record.flops / 1e9:.4g} GFLOPs'
    frozen = 0 if record.num_trained is None else record.num_params - record.num_trained
    of_these = f' ({frozen:,} of them frozen)' if frozen else ''
    print(f'{args.folder / RECORD_FILE}: {record.num_params:,} parameters{of_these}, {flops}')
    return 0


if __name__ == '__main__':
    sys.exit(run_program(sys.modules[__name__]))
