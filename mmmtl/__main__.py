"""The command line of the package: ``python -m mmmtl COMMAND ...``."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from mmmtl.apis import check_command, predict_command
from mmmtl.apis.launch import run_command
from mmmtl.version import __version__

_COMMANDS: dict[str, tuple[str, Any]] = {
    'check': ('say all that is wrong with a config', check_command),
    'predict': ('predict all tasks for images, folders and videos', predict_command),
}
"""What each command does, and its module, which has ``add_arguments(parser)`` and
``run(args) -> exit code``."""


def main() -> int:
    """Runs the command that the command line names.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(prog='python -m mmmtl')
    parser.add_argument('--version', action='version', version=f'mmmtl {__version__}')
    commands = parser.add_subparsers(metavar='COMMAND', required=True)
    for name, (text, module) in _COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f'{text.capitalize()}.')
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    args = parser.parse_args()
    codes: list[int] = []
    return run_command(lambda: codes.append(args.run(args))) or codes[0]


if __name__ == '__main__':
    sys.exit(main())
