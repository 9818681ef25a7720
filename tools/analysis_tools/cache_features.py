r"""Computes the features of a frozen backbone once, for a training that then reads them.

The backbone is an `HFBackbone` of which nothing is trained, and the training pipeline draws no
random numbers: no flips, no crops, no changes of colours. `LoadFeatures` at the end of the training
pipeline reads what was written:

    dict(type='PackMultiTaskInputs'), dict(type='LoadFeatures', folder='features')

What is there already is kept, so a run that was stopped goes on when it is started again. What all
of it takes on disk is said before the first file is written.

Examples:
    python tools/analysis_tools/cache_features.py probe.py
    python tools/analysis_tools/cache_features.py probe.py --out features --time 5
"""

from __future__ import annotations

import argparse
import sys
from functools import partial

from rich.progress import track

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, add_config, add_device
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.device import check_device
from mmmtl.apis.feature_cache import FEATURE_TYPES, cache_features, features_folder
from mmmtl.apis.launch import load_config
from mmmtl_bench.run.cached_step import compare_steps


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    parser.add_argument('--out', help="folder (default: that of the config's LoadFeatures)")
    parser.add_argument(
        '--dtype',
        choices=list(FEATURE_TYPES),
        default='float32',
        help='type of the stored numbers; float16 takes half the room (default: float32)',
    )
    parser.add_argument(
        '--time',
        type=int,
        default=0,
        metavar='STEPS',
        help='then time so many training steps with and without, in turns (default: 0)',
    )
    add_device(parser)
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    if args.time < 0:
        raise ValueError(f'--time: expected 0 or more steps, found {args.time}.')
    cfg = load_config(args.config, args.cfg_options)
    folder = args.out or features_folder(cfg)
    if folder is None:
        raise ValueError(
            'folder: expected LoadFeatures in the training pipeline, or --out, found neither.'
        )
    device = check_device(args.device)
    bar = partial(track, description='Computing features')
    done = cache_features(cfg, folder, device, args.dtype, track=bar)
    print(
        f'{folder}: features of {done.written} images written ({done.num_bytes / 1e6:,.1f} MB), '
        f'those of {done.kept} were there.'
    )
    if args.time:
        print(compare_steps(cfg, folder, args.time, device))


if __name__ == '__main__':
    sys.exit(run_command(main))
