#!/usr/bin/env python
"""Trains the model of a config."""

import argparse
import sys

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_run_options, parse_run_args
from mmmtl.apis.launch import build_runner, load_config, require_checkpoint, run_command
from mmmtl.checks import refuse_problems
from mmmtl.compat.amp import request_amp

_AUTO = 'auto'


def parse_args() -> argparse.Namespace:
    """Parses the command line; the options are mmsegmentation's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('config', help='path of the config')
    parser.add_argument('--work-dir', help='folder for logs and checkpoints')
    parser.add_argument(
        '--resume',
        nargs='?',
        const=_AUTO,
        metavar='FILE',
        help='go on from FILE; without FILE, from the latest checkpoint in the work dir',
    )
    parser.add_argument(
        '--amp', action='store_true', help='mixed precision; in bfloat16 where there is no GPU'
    )
    add_run_options(parser)
    return parse_run_args(parser)


def main() -> None:
    """Trains."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options, args.work_dir, args.launcher)
    if args.resume is not None:
        cfg.resume = True
        cfg.load_from = None if args.resume == _AUTO else require_checkpoint(args.resume)
    if args.amp:
        request_amp(cfg)
    refuse_problems(cfg, ('train', 'val'))
    build_runner(cfg).train()


if __name__ == '__main__':
    sys.exit(run_command(main))
