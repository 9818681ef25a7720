"""What the command-line tools share in reading their arguments."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any

from mmengine.config import DictAction


class CfgOptions(DictAction):
    """mmengine's reader of ``--cfg-options``, which answers all but ``key=value`` with one line."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Reads the option.

        Args:
            parser: The parser; it ends the program where a value is wrong.
            namespace: Gets the dict.
            values: Texts, each ``key=value``.
            option_string: What the command line calls the option. Defaults to None.
        """
        for text in values or ():
            if not re.match(r'[^=]+=', text):
                raise argparse.ArgumentError(self, f'expected key=value, found {text!r}')
            try:
                super().__call__(parser, namespace, [text], option_string)
            except AssertionError as error:  # of brackets that do not match
                raise argparse.ArgumentError(
                    self, f'expected brackets that match, found {text!r}'
                ) from error
            except RecursionError as error:  # of a comma inside of brackets that begin no list
                raise argparse.ArgumentError(
                    self,
                    'expected a number, a text or a list, '
                    f'found {text!r}; a dict is written key.name=value for each of its names',
                ) from error


def parse_size(text: str) -> tuple[int, int]:
    """Reads the size of an image, as a ``type`` for :mod:`argparse`.

    Args:
        text: Such as ``128x256``, height and width in pixels.

    Returns:
        (height, width), both positive.

    Raises:
        argparse.ArgumentTypeError: If the text is no such size.

    >>> parse_size('128x256')
    (128, 256)
    """
    match = re.fullmatch(r'([1-9]\d*)x([1-9]\d*)', text)
    if match is None:
        raise argparse.ArgumentTypeError(f'expected HEIGHTxWIDTH such as 128x256, found {text!r}')
    return int(match[1]), int(match[2])


def parse_range(text: str) -> tuple[str, tuple[float, float]]:
    """Reads the values at the ends of a task's colours, as a ``type`` for :mod:`argparse`.

    Args:
        text: Such as ``depth=0.5,10``.

    Returns:
        The name of the task, and the two values.

    Raises:
        argparse.ArgumentTypeError: If the text is none.

    >>> parse_range('depth=0.5,10')
    ('depth', (0.5, 10.0))
    """
    name, _, values = text.partition('=')
    try:
        low, high = (float(value) for value in values.split(','))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f'expected TASK=LOW,HIGH such as depth=0.5,10, found {text!r}'
        ) from None
    return name, (low, high)


def parse_port(text: str) -> int:
    """Reads a port of a network, as a ``type`` for :mod:`argparse`.

    Args:
        text: Such as ``7860``.

    Returns:
        The port, from 1 to 65535.

    Raises:
        argparse.ArgumentTypeError: If the text is none.
    """
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f'expected a number from 1 to 65535, found {text!r}')
    return int(text)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Adds the argument ``config``, which :func:`~mmmtl.apis.launch.load_config` reads.

    Args:
        parser: The parser.
    """
    parser.add_argument('config', help='path of the config, or mmmtl::NAME')


def add_checkpoint(parser: argparse.ArgumentParser) -> None:
    """Adds the argument ``checkpoint``.

    Args:
        parser: The parser.
    """
    parser.add_argument('checkpoint', help='path or address of the checkpoint')


def add_device(parser: argparse.ArgumentParser) -> None:
    """Adds ``--device``, None by default, which :func:`~mmmtl.apis.device.check_device` reads.

    Args:
        parser: The parser.
    """
    parser.add_argument(
        '--device', help='device, such as cuda:1 or cpu (default: the accelerator if there is one)'
    )


def add_cfg_options(parser: argparse.ArgumentParser, of: str = 'the config') -> None:
    """Adds ``--cfg-options``, None by default.

    Args:
        parser: The parser.
        of: Whose values are overridden, for the help. Defaults to ``'the config'``.
    """
    parser.add_argument(
        '--cfg-options',
        nargs='+',
        action=CfgOptions,
        help=f'values to override in {of}, as key=value. Write a list as key="[a,b]" or key=a,b, '
        'and a nested one as key="[(a,b),(c,d)]", with quotation marks and without spaces',
    )


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Adds mmsegmentation's options that training and testing share.

    Args:
        parser: The parser, which gets ``--cfg-options``, ``--launcher`` and ``--local_rank``.
    """
    add_cfg_options(parser)
    parser.add_argument(
        '--launcher',
        choices=['none', 'pytorch', 'slurm', 'mpi'],
        default='none',
        help='what started the processes (default: none)',
    )
    parser.add_argument('--local_rank', '--local-rank', type=int, default=0)


def pass_process_number_on(args: argparse.Namespace) -> None:
    """Passes the number of the process on as mmengine expects it, in the variable ``LOCAL_RANK``.

    Args:
        args: What a parser with the options of :func:`add_run_options` read.
    """
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
