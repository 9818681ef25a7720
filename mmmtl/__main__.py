"""The command line of the package: ``python -m mmmtl COMMAND ...``, or ``mmmtl COMMAND ...``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from mmmtl.apis.command_errors import run_command
from mmmtl.commands.program import add_command
from mmmtl.version import __version__


class Door(NamedTuple):
    """A command of the command line.

    Args:
        text: What it does.
        module: Name of its module, see :mod:`mmmtl.commands`, which is imported when it is called.
    """

    text: str
    module: str


COMMANDS = MappingProxyType(
    {
        'train': Door('train the model of a config', 'mmmtl.commands.train'),
        'test': Door('compute the metrics of a checkpoint', 'mmmtl.commands.test'),
        'estimate-statistics': Door(
            'estimate batch normalisation statistics anew', 'mmmtl.commands.estimate_statistics'
        ),
        'check': Door('list all that is wrong with a config', 'mmmtl.commands.check'),
        'predict': Door('predict for images, folders and videos', 'mmmtl.commands.predict'),
        'export': Door('write a network as ONNX or torch.export', 'mmmtl.commands.export'),
        'benchmark': Door('run a suite of experiments', 'mmmtl_bench.commands.benchmark'),
        'report': Door('write the tables of a benchmark', 'mmmtl_bench.commands.report'),
        'data': Door('check, draw, convert or render a data set', 'mmmtl.commands.data'),
        'configs': Door('list the configs of the package', 'mmmtl.commands.configs'),
        'demo': Door('train a small network on rendered data', 'mmmtl.commands.demo'),
    }
)
"""The commands by name."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command that the command line names.

    Args:
        arguments: The command line. Defaults to None: that of the process.

    Returns:
        The exit code.
    """
    args = parse(arguments)
    return run_command(lambda: args.run(args), args.goes_on)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Reads a command line.

    Args:
        arguments: As of :func:`main`.

    Returns:
        The arguments, with ``run(args)``, which runs the command.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    # Installed as a script, it has a name of its own.
    script = Path(sys.argv[0]).stem
    parser = argparse.ArgumentParser(
        prog=script if script == 'mmmtl' else 'python -m mmmtl',
        description='Multi-task dense prediction for MMSegmentation.',
        epilog='%(prog)s COMMAND --help describes a command and its options.',
    )
    parser.add_argument('--version', action='version', version=f'mmmtl {__version__}')
    commands = parser.add_subparsers(metavar='COMMAND', required=True)
    for name, door in COMMANDS.items():
        command = commands.add_parser(name, help=door.text)
        if words[:1] == [name]:
            try:
                add_command(command, import_module(door.module))
            except ModuleNotFoundError as error:
                command.error(f'{error}; install it with pip, it belongs to an extra of mmmtl')
    return parser.parse_args(words)


if __name__ == '__main__':
    sys.exit(main())
