"""From the module of a command to a program."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from mmmtl.apis.command_errors import run_command


def add_command(parser: argparse.ArgumentParser, module: ModuleType) -> None:
    """Gives a parser the arguments of a command, and its description.

    Args:
        parser: The parser; what it reads gets ``run``, the function that runs the command, and
            ``goes_on``, what makes it go on after Ctrl-C, the module's ``GOES_ON`` if it has one.
        module: The command's module, see :mod:`mmmtl.commands`.
    """
    parser.description = module.__doc__
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.set_defaults(run=module.run, goes_on=getattr(module, 'GOES_ON', ''))
    module.add_arguments(parser)


def run_program(module: ModuleType, arguments: Sequence[str] | None = None) -> int:
    """Runs one command as a program of its own, as ``tools/train.py`` does.

    Args:
        module: The command's module.
        arguments: Its command line. Defaults to None: that of the process.

    Returns:
        The exit code. An error of its user is a line on stderr, see
        :func:`~mmmtl.apis.command_errors.run_command`.
    """
    parser = argparse.ArgumentParser()
    add_command(parser, module)
    args = parser.parse_args(arguments)
    return run_command(lambda: args.run(args), args.goes_on)


def called_as() -> list[str]:
    """Gives the words of the command line that started this process, as a user would type them.

    Returns:
        ``python -m mmmtl ...``, ``mmmtl ...`` or ``python SCRIPT ...``.
    """
    script, *rest = sys.argv
    path = Path(script)
    if path.name == '__main__.py':
        return ['python', '-m', path.parent.name, *rest]
    return [*([path.name] if path.suffix != '.py' else ['python', script]), *rest]
