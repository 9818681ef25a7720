r"""Prints a whole config: with what it inherits, and with the values of --cfg-options.

Example:
    python tools/misc/print_config.py configs/mtan_segnet_cityscapes7.py \
        --cfg-options train_dataloader.batch_size=4
"""

from __future__ import annotations

import argparse
import sys

from mmengine.registry import init_default_scope
from mmseg.registry import MODELS

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, add_config
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl.checks.meta import weights_on_meta, without_weight_files
from mmmtl.compat.scope import config_scope


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    parser.add_argument('--graph', action='store_true', help="print the model's modules too")
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    print(cfg.pretty_text)
    if args.graph:
        if 'model' not in cfg:
            raise ValueError(f'{args.config}: expected a model for --graph, found none.')
        init_default_scope(config_scope(cfg))
        with weights_on_meta():
            print(MODELS.build(without_weight_files(cfg.model)))


if __name__ == '__main__':
    sys.exit(run_command(main))
