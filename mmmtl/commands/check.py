"""Lists all that is wrong with a config, without a training step.

Examples:
    python -m mmmtl check configs/mtan_segnet_cityscapes7.py
    python -m mmmtl check my_config.py --phases test
"""

from __future__ import annotations

import argparse
import sys

from mmmtl.apis.arguments import add_cfg_options, add_config
from mmmtl.apis.launch import load_config
from mmmtl.checks import check_config
from mmmtl.checks.places import PHASES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    parser.add_argument(
        '--phases',
        nargs='+',
        choices=PHASES,
        default=list(PHASES),
        help='phases to check (default: all)',
    )
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Checks a config, and lists what is wrong with it on stderr.

    Args:
        args: The parsed arguments of :func:`add_arguments`.

    Returns:
        The exit code: 0 if nothing is wrong, else 1.

    Raises:
        FileNotFoundError: If there is no such config.
        ValueError: If it cannot be read.
    """
    lines = check_config(load_config(args.config, args.cfg_options), args.phases)
    sys.stderr.writelines(f'error: {line}\n' for line in lines)
    if lines:
        count = 'problem' if len(lines) == 1 else 'problems'
        sys.stderr.write(f'{len(lines)} {count} in {args.config}\n')
        return 1
    sys.stdout.write(f'{args.config}: nothing is wrong\n')
    return 0
