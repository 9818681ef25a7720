r"""Lists what configs are and what their networks cost: the tables of docs/model_zoo.md.

For each config: tasks, data set, backbone and size of the images, in words; parameters;
multiply-adds of a prediction for one image; what a training step keeps of one image for its
backward pass; and on the CPU, in float32, the seconds of a training step and of a prediction on one
image. Networks that several configs have are measured once. Weights are random: nothing is
downloaded. All but the seconds is counted on torch's meta device, in a second or two a network.

Examples:
    python tools/misc/list_configs.py configs/mtan_segnet_cityscapes7.py --no-time
    python tools/misc/list_configs.py --json docs/model_zoo.json --page docs/model_zoo.md --resume
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

import torch
from mmengine.logging import MMLogger
from rich.progress import Progress

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.files import write_atomically
from mmmtl.shipped_files import find_config, list_configs
from mmmtl_bench.zoo.measurement import Choices, measure_configs
from mmmtl_bench.zoo.zoo_tables import put_into_page, zoo_tables


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='*', help='configs (default: all of the package)')
    parser.add_argument(
        '--json', type=Path, default=Path('work_dirs/model_zoo.json'),
        help='file for all that is found, written after each config (default: %(default)s)',
    )  # fmt: skip
    parser.add_argument(
        '--page', type=Path, help='Markdown page to put the tables into (default: print them)'
    )
    parser.add_argument('--resume', action='store_true', help='go on with what --json has')
    parser.add_argument('--no-time', action='store_true', help='count only')
    parser.add_argument('--rounds', type=int, default=3, help='how often a step is timed')
    parser.add_argument('--threads', type=int, default=2, help='of the CPU, default: 2')
    parser.add_argument(
        '--slow', type=float, default=60, metavar='SECONDS',
        help='steps that are expected to take longer are made once, default: 60',
    )  # fmt: skip
    parser.add_argument(
        '--memory', type=float, default=float('inf'), metavar='GB',
        help='networks whose training step needs more are not timed',
    )  # fmt: skip
    parser.add_argument(
        '--size', type=parse_size, default=(128, 256),
        help='of images whose size the config leaves open, default: 128x256',
    )  # fmt: skip
    args = parser.parse_args()
    for option in ('rounds', 'threads'):
        if getattr(args, option) < 1:
            raise ValueError(f'--{option}: expected at least 1, found {getattr(args, option)}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    warnings.filterwarnings('ignore')  # mmseg's advice on choices that the configs made
    MMLogger.get_current_instance().setLevel('ERROR')
    paths = [find_config(name) for name in args.configs or (f'mmmtl::{n}' for n in list_configs())]
    choices = Choices(args.size, 0 if args.no_time else args.rounds, args.slow, 1e9 * args.memory)
    with Progress(transient=True) as progress:
        bar = progress.add_task('configs', total=len(paths))

        def advance(name: str) -> None:
            progress.update(bar, advance=1, description=name)

        found = measure_configs(paths, args.json, choices, args.resume, advance)
    tables = zoo_tables(found)
    if args.page is None:
        print(tables)
    else:
        write_atomically(args.page, put_into_page(args.page, tables))


if __name__ == '__main__':
    sys.exit(run_command(main, goes_on='--resume goes on'))
