"""Lists the configs that come with the package, or the suites of benchmarks.

Pass a name that it prints to the other commands as CONFIG or SUITE, or write it as _base_ in your
own config.

Examples:
    python -m mmmtl configs 'mtan*nyuv2*'
    python -m mmmtl configs --suites
"""

from __future__ import annotations

import argparse

from mmmtl.shipped_files import PREFIX, list_configs, list_suites


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument(
        'pattern',
        nargs='?',
        default='*',
        help='pattern of the names; * stands for any characters (default: all)',
    )
    parser.add_argument('--suites', action='store_true', help='list the suites instead')


def run(args: argparse.Namespace) -> int:
    """Lists them.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        ValueError: If no name matches.
    """
    names = list_suites(args.pattern) if args.suites else list_configs(args.pattern)
    if not names:
        what = 'suite' if args.suites else 'config'
        raise ValueError(f'pattern: no {what} of the package matches {args.pattern!r}.')
    for name in names:
        print(PREFIX + name)
    return 0
