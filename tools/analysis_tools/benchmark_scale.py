r"""Measures how a training step grows with the number of tasks, the images' size and the batch.

Each of the three grows alone, from a common start. The table and the picture put the time of a step
beside the operations (multiply-adds, forward) and the memory that is kept for backward, which are
counted on torch's meta device at any size: time that grows faster than both is lost somewhere.

Example:
    python tools/analysis_tools/benchmark_scale.py configs/mtan_segnet_cityscapes7.py \
        --out scale.png --cfg-options model.backbone.widths="[16,32,64,128,128]" \
        model.neck.widths="[16,32,64,128,128]" model.decode_head.depth.in_channels=16 \
        model.decode_head.depth.channels=16
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from mmengine.registry import init_default_scope
from rich.progress import track

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, add_config, parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl.visualization.plots.axes import make_grid, series_color
from mmmtl.visualization.plots.figures import save_figure
from mmmtl_bench.speed.machine import describe_machine
from mmmtl_bench.speed.scaling import Cost, Point, cost_of

SIZES = ((128, 256), (256, 512), (512, 1024), (1024, 2048))


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_config(parser)
    parser.add_argument('--tasks', type=int, nargs='+', default=[1, 2, 3, 4, 5, 6, 7, 8])
    parser.add_argument('--sizes', type=parse_size, nargs='+', default=SIZES, metavar='HxW')
    parser.add_argument('--batches', type=int, nargs='+', default=[1, 2, 4, 8])
    parser.add_argument('--rounds', type=int, default=3, help='steps that are timed, default: 3')
    parser.add_argument(
        '--memory', type=float, default=8.0, metavar='GB',
        help='steps that would keep more are counted, not timed, default: 8',
    )  # fmt: skip
    parser.add_argument(
        '--cpu-time', action='store_true', help='seconds of computing on one thread, for busy CPUs'
    )
    parser.add_argument('--out', type=Path, help='file of the picture')
    add_cfg_options(parser)
    args = parser.parse_args()
    for option in ('tasks', 'batches', 'rounds'):
        values = getattr(args, option)
        if min(values if isinstance(values, list) else [values]) < 1:
            raise ValueError(f'--{option}: expected at least 1, found {values}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    init_default_scope('mmseg')
    if args.cpu_time:
        torch.set_num_threads(1)
    cfg = load_config(args.config, args.cfg_options)
    start = Point(min(args.tasks), args.sizes[0], min(args.batches))
    sweeps = {
        'tasks': [start._replace(tasks=count) for count in args.tasks],
        'pixels': [start._replace(size=size) for size in args.sizes],
        'batch': [start._replace(batch=count) for count in args.batches],
    }
    points = [*dict.fromkeys(point for sweep in sweeps.values() for point in sweep)]
    clock = time.process_time if args.cpu_time else time.perf_counter
    costs = {
        point: cost_of(cfg, point, args.rounds, args.memory * 1e9, clock)
        for point in track(points, transient=True)
    }
    print(', '.join(f'{key}: {value}' for key, value in describe_machine('cpu').items()))
    for name, sweep in sweeps.items():
        print(f'\n{table(name, sweep, [costs[point] for point in sweep])}')
    if args.out is not None:
        draw(sweeps, costs, args.out)


def table(name: str, points: Sequence[Point], costs: Sequence[Cost]) -> str:
    """Gives the Markdown table of what grows alone."""
    lines = [
        f'| {name} | G multiply-adds | MB kept | seconds | multiply-adds | kept | time |',
        '| --- | --: | --: | --: | --: | --: | --: |',
    ]
    for point, cost in zip(points, costs, strict=True):
        timed = ['', ''] if cost.seconds is None else [
            f'{cost.seconds:.3g}', '' if costs[0].seconds is None
            else f'{cost.seconds / costs[0].seconds:.2f}',
        ]  # fmt: skip
        lines.append(
            f'| {label(name, point)} | {cost.flops / 1e9:.1f} | {cost.saved_bytes / 1e6:.0f} '
            f'| {timed[0]} | {cost.flops / costs[0].flops:.2f} '
            f'| {cost.saved_bytes / costs[0].saved_bytes:.2f} | {timed[1]} |'
        )
    return '\n'.join(lines)


def label(name: str, point: Point) -> str:
    """Says where a point stands in what grows."""
    texts = {'tasks': point.tasks, 'pixels': '{}x{}'.format(*point.size), 'batch': point.batch}
    return str(texts[name])


def draw(sweeps: dict[str, list[Point]], costs: dict[Point, Cost], out: Path) -> None:
    """Draws operations, memory and time relative to the start, for each of the three."""
    figure, panels = make_grid(1, len(sweeps), (3.2, 2.6))
    for panel, (name, points) in zip(panels, sweeps.items(), strict=True):
        first = costs[points[0]]
        places = range(len(points))
        series = {
            'multiply-adds': [costs[point].flops / first.flops for point in points],
            'memory kept': [costs[point].saved_bytes / first.saved_bytes for point in points],
            'time of a step': [
                seconds / first.seconds if first.seconds and (seconds := costs[point].seconds)
                else float('nan')
                for point in points
            ],
        }  # fmt: skip
        for index, (what, values) in enumerate(series.items()):
            # the first are larger: where curves are one, each is still to be seen
            panel.plot(
                places, values, marker='o', markersize=9 - 2 * index, linewidth=4 - index,
                color=series_color(index), label=what,
            )  # fmt: skip
        panel.set_xticks(list(places), [label(name, point) for point in points])
        panel.set_xlabel(name)
        panel.set_yscale('log', base=2)
        panel.yaxis.set_major_formatter('{x:g}')
    panels[0].set_ylabel('relative to the first')
    panels[0].legend()
    save_figure(figure, out)


if __name__ == '__main__':
    sys.exit(run_command(main))
