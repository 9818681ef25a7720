"""Checks, draws, converts or renders a data set.

Example:
    python -m mmmtl data streets data/cityscapes
    python -m mmmtl data browse mmmtl::mtan_segnet_cityscapes7.py --out samples
"""

from __future__ import annotations

import argparse
from functools import partial
from types import ModuleType

from mmmtl.commands.data import browse, check, check_decathlon, cityscapes, nyuv2, pascal_context
from mmmtl.commands.program import add_command

_COMMANDS = {
    'browse': (browse, "draw samples of a config's data set with their labels"),
    'check': (check, "read every sample of a config's data sets, and report what looks wrong"),
    'check-decathlon': (check_decathlon, 'check a Visual Decathlon, or a result file for it'),
    'cityscapes': (cityscapes, 'write a smaller copy of CityScapes'),
    'nyuv2': (nyuv2, 'convert the official file of NYUv2'),
    'pascal-context': (pascal_context, 'convert the slow files of PASCAL-Context'),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the commands for data, those of :mod:`mmmtl_scenes` included.

    Args:
        parser: The parser of the command.
    """
    from mmmtl_scenes.commands import COMMANDS

    commands = parser.add_subparsers(metavar='COMMAND', required=True)
    for name, (module, text) in _COMMANDS.items():
        add_command(commands.add_parser(name, help=text), module)
    for name, module in COMMANDS.items():
        summary = module.DESCRIPTION.partition('.')[0]
        text = summary[0].lower() + summary[1:]
        command = commands.add_parser(name, help=text, description=module.DESCRIPTION)
        module.add_arguments(command)
        command.set_defaults(run=partial(_render, module))


def run(args: argparse.Namespace) -> int:
    """Runs the command that was named.

    Args:
        args: What the parser read.

    Returns:
        The exit code.
    """
    code: int = args.run(args)
    return code


def _render(module: ModuleType, args: argparse.Namespace) -> int:
    count = module.run(args)
    if not args.quiet:
        print(f'{args.out}: {count} samples rendered.')
    return 0
