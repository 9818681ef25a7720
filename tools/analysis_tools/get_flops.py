r"""Counts a network's parameters and its FLOPs for one image.

FLOPs are multiply-adds, as in mmsegmentation's tool of this name: convolutions, linear layers,
matrix products and attention. The loss weighting's parameters do not count.

Example:
    python tools/analysis_tools/get_flops.py configs/mtan_segnet_cityscapes7.py --shape 128 256
"""

from __future__ import annotations

import argparse
import sys

from mmengine.model import revert_sync_batchnorm
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, add_config
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl.compat.scope import config_scope
from mmmtl_bench.run.complexity import count_flops, count_params


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    parser.add_argument(
        '--shape',
        type=int,
        nargs='+',
        metavar='N',
        default=[128, 256],
        help='height and width of the image, or one number for both (default: 128 256)',
    )
    add_cfg_options(parser)
    args = parser.parse_args()
    if len(args.shape) > 2:
        parser.error(f'--shape: expected one or two numbers, found {args.shape}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(config_scope(cfg))
    model = revert_sync_batchnorm(MODELS.build(cfg.model))
    height, width = args.shape[0], args.shape[-1]
    channels = cfg.model['backbone'].get('in_channels', 3)
    flops = count_flops(model, (height, width), channels)
    print(f'input      {height}x{width}')
    print(f'parameters {count_params(model):,}')
    print(f'FLOPs      {flops / 1e9:.4g} G (multiply-adds)')


if __name__ == '__main__':
    sys.exit(run_command(main))
