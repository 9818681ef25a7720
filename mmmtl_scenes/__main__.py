"""The command line of the embedded data: ``python -m mmmtl_scenes streets|rooms|decathlon OUT``."""

from __future__ import annotations

import argparse
import sys
from concurrent.futures.process import BrokenProcessPool
from types import ModuleType

from mmmtl_scenes.commands import COMMANDS


def main() -> int:
    """Runs the command that the command line names.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog='python -m mmmtl_scenes')
    commands = parser.add_subparsers(metavar='COMMAND', required=True)
    for name, module in COMMANDS.items():
        command = commands.add_parser(
            name, help=module.DESCRIPTION.partition('.')[0], description=module.DESCRIPTION
        )
        module.add_arguments(command)
        command.set_defaults(module=module, command=command)
    args = parser.parse_args()
    return _run(args.module, args.command, args)


def run_command(module: ModuleType) -> int:
    """Runs one command in a program of its own.

    Args:
        module: A module of :mod:`mmmtl_scenes.commands`.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=module.DESCRIPTION)
    module.add_arguments(parser)
    return _run(module, parser, parser.parse_args())


def _run(module: ModuleType, parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
    try:
        count = module.run(args)
    except (BrokenProcessPool, ImportError, OSError, ValueError) as error:
        print(f'{parser.prog}: error: {error}', file=sys.stderr)
        return 1
    if not args.quiet:
        print(f'{args.out}: {count} samples rendered.')
    return 0


if __name__ == '__main__':
    sys.exit(main())
