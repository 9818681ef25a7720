r"""Measures what each loss weighting costs: time and memory of a training step.

Every method trains the same network on the same random images. After a step that measures memory
(and is the method's first), the methods take turns, a step each in every round, so that whatever
else the machine does slows them all alike: a method's time is the median over the rounds, its cost
the median of its ratios to equal weighting in the same round. Where a CPU is so busy that this does
not suffice, ``--cpu-time`` counts the seconds that the process computed, on one thread.

Peak memory is that of the whole training: parameters, optimizer state, and the most that lives
during one step. On a GPU the caching allocator counts it; on the CPU torch's profiler reports every
tensor that is made or freed, which leaves out the scratch space inside of single operations.

Examples:
    python tools/analysis_tools/benchmark_weightings.py
    python tools/analysis_tools/benchmark_weightings.py configs/mtan_segnet_nyuv2.py \
        --methods EqualWeighting GradNorm MGDA --batch-size 8 --device cuda --amp
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.optim import OptimWrapper, build_optim_wrapper
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from rich.progress import Progress

from mmmtl.apis.arguments import add_cfg_options, parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config
from mmmtl.compat.amp import adapt_amp_to_machine, request_amp
from mmmtl.engine.losses_after_step import LossesAfterStep
from mmmtl.files import write_atomically
from mmmtl.models.loss_weighting import BaseLossWeighting
from mmmtl.models.segmentors import MultiTaskSegmentor
from mmmtl_bench.speed.machine import cpu_name
from mmmtl_bench.speed.peak_memory import peak_memory
from mmmtl_bench.speed.random_batch import random_batch
from mmmtl_bench.speed.scaling import with_tasks
from mmmtl_bench.speed.weightings import weighting_configs

CONFIGS = Path(__file__).parents[2] / 'configs'
DEFAULTS = ('mtan_segnet_cityscapes7.py', 'mtan_segnet_nyuv2.py')
BASELINE = 'EqualWeighting'


@dataclass
class Contestant:
    """A row of the table."""

    name: str
    weighting: BaseLossWeighting
    peak: int = 0
    """Bytes."""
    times: list[float] = field(default_factory=list)
    """Seconds of each round's step."""


def main() -> None:
    """Runs the benchmark."""
    args = parse_args()
    init_default_scope('mmseg')
    configs = args.configs or [CONFIGS / name for name in DEFAULTS]
    tables = (measure(path, args, count) for path in configs for count in args.num_tasks or [None])
    report = [describe(args), *tables]
    text = '\n\n'.join(report) + '\n'
    print(text, end='')
    if args.out is not None:
        write_atomically(args.out, text)


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        'configs', nargs='*', type=Path, help='configs, default: MTAN with two and three tasks'
    )
    parser.add_argument('--methods', nargs='+', help='names as in the table, default: all')
    parser.add_argument(
        '--num-tasks', type=int, nargs='+', metavar='K',
        help="so many copies of the last task in place of the config's, a table for each number",
    )  # fmt: skip
    parser.add_argument('--size', type=parse_size, default=(128, 256), help='default: 128x256')
    parser.add_argument('--batch-size', type=int, default=2, help='default: 2')
    parser.add_argument('--steps', type=int, default=5, help='rounds, default: 5')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument('--amp', action='store_true', help='train in mixed precision')
    parser.add_argument(
        '--cpu-time', action='store_true', help='seconds of computing on one thread, for busy CPUs'
    )
    parser.add_argument('--out', type=Path, help='Markdown file to write the tables to')
    add_cfg_options(parser)
    args = parser.parse_args()
    check_device(args.device)
    for option in ('batch_size', 'steps', 'num_tasks'):
        value = getattr(args, option)
        if value is not None and min(value if isinstance(value, list) else [value]) < 1:
            name = option.replace('_', '-')
            raise ValueError(f'--{name}: expected at least 1, found {value}.')
    if args.cpu_time:
        if args.device != 'cpu':
            raise ValueError(f'--cpu-time: expected --device cpu, found {args.device}.')
        torch.set_num_threads(1)
    return args


def measure(path: Path, args: argparse.Namespace, num_tasks: int | None) -> str:
    """Measures all methods on the network of one config, and gives the table."""
    cfg = load_config(path, args.cfg_options)
    if num_tasks is not None:
        cfg = with_tasks(cfg, num_tasks)
    model = MODELS.build(cfg.model).to(args.device)
    optim_wrapper = build_optimizer(model, cfg, args)
    batch = random_batch(model, args.size, args.batch_size)
    contestants = make_contestants(list(model.tasks), args.methods)
    clock = time.process_time if args.cpu_time else time.perf_counter
    with Progress(transient=True) as progress:
        total = len(contestants) * (args.steps + 1)
        bar = progress.add_task(path.stem, total=total)
        train_step(model, contestants[0].weighting, batch, optim_wrapper)  # fills the optimizer
        for contestant in contestants:
            contestant.peak = peak_bytes(model, contestant.weighting, batch, optim_wrapper)
            progress.advance(bar)
        for _ in range(args.steps):
            for contestant in contestants:
                synchronize(args.device)
                start = clock()
                train_step(model, contestant.weighting, batch, optim_wrapper)
                synchronize(args.device)
                contestant.times.append(clock() - start)
                progress.advance(bar)
    title = f'{path.stem}: {len(model.tasks)} tasks ({", ".join(model.tasks)})'
    return f'{title}\n\n{table(contestants)}'


def build_optimizer(model: torch.nn.Module, cfg: Config, args: argparse.Namespace) -> OptimWrapper:
    """Builds the config's optimizer, which moves the network alone, for all methods."""
    if args.amp:
        request_amp(cfg)
        if args.device == 'cpu':
            adapt_amp_to_machine(cfg)
    return build_optim_wrapper(model, cfg.optim_wrapper)


def make_contestants(tasks: Sequence[str], wanted: Sequence[str] | None) -> list[Contestant]:
    """Builds the methods, the baseline first.

    Args:
        tasks: Names of the tasks.
        wanted: Names of methods; of a gradient method with or without what its gradients are with
            respect to. Defaults to all that can weigh so many tasks.

    Raises:
        ValueError: If a name is unknown.
    """
    configs = weighting_configs(tasks)
    chosen = [
        name for name in configs if not wanted or name in wanted or name.split(',')[0] in wanted
    ]
    known = {*configs, *(name.split(',')[0] for name in configs)}
    if not set(wanted or ()) <= known:
        raise ValueError(f'--methods: expected names among {sorted(known)}, found {wanted}.')
    names = [BASELINE, *(name for name in chosen if name != BASELINE)]
    return [
        Contestant(name, MODELS.build({**configs[name], 'tasks': tuple(tasks)})) for name in names
    ]


def train_step(
    model: MultiTaskSegmentor,
    weighting: BaseLossWeighting,
    batch: Mapping[str, Any],
    optim_wrapper: OptimWrapper,
) -> None:
    """Makes a training step with a weighting, as mmengine and the hook of the weightings do."""
    model.loss_weighting = weighting.to(next(model.parameters()).device)
    after_step = LossesAfterStep(model) if weighting.needs_new_losses else None
    model.train_step(dict(batch), optim_wrapper)
    if after_step is None:
        weighting.end_step()
    else:
        weighting.end_step(after_step.compute(optim_wrapper))
        after_step.remove()


def peak_bytes(
    model: MultiTaskSegmentor,
    weighting: BaseLossWeighting,
    batch: Mapping[str, Any],
    optim_wrapper: OptimWrapper,
) -> int:
    """Gives the most bytes that training with a weighting needs at once."""
    optim_wrapper.zero_grad()
    states = [v for state in optim_wrapper.optimizer.state.values() for v in state.values()]
    always = [*model.parameters(), *model.buffers(), *filter(torch.is_tensor, states)]
    device = next(model.parameters()).device
    step = peak_memory(lambda: train_step(model, weighting, batch, optim_wrapper), device)
    return sum(tensor.numel() * tensor.element_size() for tensor in always) + step


def synchronize(device: str) -> None:
    """Waits for the GPU, if there is one."""
    if device.startswith('cuda'):
        torch.cuda.synchronize()


def table(contestants: Sequence[Contestant]) -> str:
    """Gives the Markdown table, relative to the first row."""
    baseline = contestants[0]
    lines = [
        '| method | step [s] | time, relative | peak memory [GiB] | memory, relative |',
        '| --- | ---: | ---: | ---: | ---: |',
    ]
    for contestant in contestants:
        ratios = [a / b for a, b in zip(contestant.times, baseline.times, strict=True)]
        lines.append(
            f'| {contestant.name} | {statistics.median(contestant.times):.3f} '
            f'| {statistics.median(ratios):.2f} | {contestant.peak / 2**30:.2f} '
            f'| {contestant.peak / baseline.peak:.2f} |'
        )
    return '\n'.join(lines)


def describe(args: argparse.Namespace) -> str:
    """Says what is measured, and on what."""
    precision = 'mixed precision' if args.amp else 'float32'
    if args.device == 'cpu':
        clock = ', CPU time' if args.cpu_time else ''
        device = f'{cpu_name()}, threads: {torch.get_num_threads()}{clock}'
    else:
        device = torch.cuda.get_device_name(args.device)
    size = 'x'.join(map(str, args.size))
    return (
        f'Batches of {args.batch_size} images {size}, {precision}, {args.steps} rounds, '
        f'{device}, torch {torch.__version__}.'
    )


if __name__ == '__main__':
    sys.exit(run_command(main))
