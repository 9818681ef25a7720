"""Trains the model of a config."""

from __future__ import annotations

import argparse

from mmmtl.apis.arguments import add_config, add_run_options, pass_process_number_on
from mmmtl.apis.launch import build_runner, load_config, require_checkpoint
from mmmtl.checks import refuse_problems
from mmmtl.compat.amp import request_amp
from mmmtl.engine.scaled_lr import request_scaled_lr

GOES_ON = '--resume goes on from the last checkpoint, if there is one'
_AUTO = 'auto'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command; the options are mmsegmentation's.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    parser.add_argument('--work-dir', help='folder for logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const=_AUTO,
        metavar='FILE',
        help='continue from FILE, or without FILE from the latest checkpoint in the work dir',
    )
    parser.add_argument(
        '--amp', action='store_true', help='mixed precision, in bfloat16 where there is no GPU'
    )
    parser.add_argument(
        '--auto-scale-lr',
        action='store_true',
        help='scale the learning rate to the batch size of all processes: by its ratio to the '
        "config's auto_scale_lr.base_batch_size",
    )
    add_run_options(parser)


def run(args: argparse.Namespace) -> int:
    """Trains.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint.
        ValueError: If the config does not fit together, or not this machine.
    """
    pass_process_number_on(args)
    cfg = load_config(args.config, args.cfg_options, args.work_dir, args.launcher)
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = None if args.resume == _AUTO else require_checkpoint(args.resume)
    if args.amp:
        request_amp(cfg)
    if args.auto_scale_lr:
        request_scaled_lr(cfg)
    refuse_problems(cfg, ('train', 'val'))
    build_runner(cfg).train()
    return 0
