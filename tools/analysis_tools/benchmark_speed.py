r"""Measures how fast networks train and predict, beside plain code and the machine's floor.

In one run, in turns: the network of a config as it is, with switches that make it faster, and a
plain version of it with the same weights, written from the papers' equations. A training step is
forward, backward (from the mean of the squares of each output) and the optimizer's step; the row
"train_step" is that of the runner, with the data preprocessor, the tasks' losses and the loss
weighting. The floor is the time of the network's convolutions and products of matrices, forward
and backward, each alone in the better of the two layouts in memory. Memory of an image is half of
what the peak of three images has over that of one.

The plain versions lie with the tests of the repository. Another program is put beside by
``--against FILE:FUNCTION``: called with the segmentor, the function gives what maps images to the
outputs of the tasks by name; if that is a module, its own parameters are trained.

Examples:
    python tools/analysis_tools/benchmark_speed.py configs/mtan_segnet_nyuv2.py --size 128x256
    python tools/analysis_tools/benchmark_speed.py configs/split_r50-d8_deeplabv3_cityscapes7.py \
        --variants channels_last channels_last+fused+compile --dtype bfloat16 --json speed.json
"""

from __future__ import annotations

import argparse
import copy
import importlib.util
import json
import sys
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config, ConfigDict
from mmengine.optim import build_optim_wrapper
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from rich.progress import Progress
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config
from mmmtl.compat.amp import adapt_amp_to_machine, request_amp
from mmmtl.files import write_atomically
from mmmtl_bench.speed.contestant import SWITCHES, Contestant, network_of
from mmmtl_bench.speed.floor import floor_seconds
from mmmtl_bench.speed.heavy_operations import HeavyOperations
from mmmtl_bench.speed.machine import describe_machine
from mmmtl_bench.speed.peak_memory import peak_memory
from mmmtl_bench.speed.random_batch import random_batch
from mmmtl_bench.speed.rounds import ratios, spread, take_turns

ROOT = Path(__file__).parents[2]
PLAIN = 'tests/utils/plain/timed.py:plain_network'
OURS, REFERENCE, WHOLE_STEP = 'mmmtl', 'plain', 'train_step'


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='+', type=Path, help='configs of networks')
    parser.add_argument('--size', type=parse_size, default=(128, 256), help='default: 128x256')
    parser.add_argument('--batch-size', type=int, default=2, help='default: 2')
    parser.add_argument('--rounds', type=int, default=5, help='how often each is timed, default: 5')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    parser.add_argument(
        '--dtype', choices=['float32', 'bfloat16', 'float16'], default='float32',
        help='float32, the default, or by autocast',
    )  # fmt: skip
    parser.add_argument(
        '--variants', nargs='+', default=[], metavar='SWITCH+SWITCH',
        help=f'further rows, each with some of {", ".join(SWITCHES)}',
    )  # fmt: skip
    parser.add_argument(
        '--against', metavar='FILE:FUNCTION',
        help=f'what to compare with, or none (default: {PLAIN}, where the network has one)',
    )  # fmt: skip
    parser.add_argument('--threads', type=int, help="of the CPU, default: torch's")
    parser.add_argument(
        '--cpu-time', action='store_true', help='seconds of computing on one thread, for busy CPUs'
    )
    parser.add_argument('--no-memory', action='store_true', help='time only')
    parser.add_argument('--profile', action='store_true', help='print what each operation takes')
    parser.add_argument('--json', type=Path, help='file to write all figures to')
    add_cfg_options(parser)
    args = parser.parse_args()
    check_device(args.device)
    for option in ('batch_size', 'rounds', 'threads'):
        value = getattr(args, option)
        if value is not None and value < 1:
            raise ValueError(f'--{option.replace("_", "-")}: expected at least 1, found {value}.')
    args.variants = [tuple(variant.split('+')) for variant in args.variants]
    for switch in {switch for variant in args.variants for switch in variant}:
        if switch not in SWITCHES:
            raise ValueError(f'--variants: expected some of {SWITCHES}, found {switch!r}.')
    if args.cpu_time and args.device != 'cpu':
        raise ValueError(f'--cpu-time: expected --device cpu, found {args.device}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    if args.threads or args.cpu_time:
        torch.set_num_threads(args.threads or 1)
    init_default_scope('mmseg')
    machine = describe_machine(args.device)
    print(', '.join(f'{key}: {value}' for key, value in machine.items()))
    results = []
    for path in args.configs:
        results.append(measure(path, args))
        print(f'\n{table(results[-1])}')
    if args.json is not None:
        write_atomically(args.json, json.dumps(dict(machine=machine, results=results), indent=2))


def measure(path: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Measures everything of one config."""
    cfg = load_config(path, args.cfg_options)
    if 'model' not in cfg:
        raise ValueError(f'{path}: expected a model, found none.')
    torch.manual_seed(0)
    model: Any = MODELS.build(cfg.model)
    model.to(args.device)
    make = partial(Contestant, cfg=cfg, device=args.device, dtype=getattr(torch, args.dtype))
    contestants = {OURS: make(network_of(model), model)}
    for variant in args.variants:
        copied = copy.deepcopy(model)
        contestants['+'.join(variant)] = make(network_of(copied), copied, switches=variant)
    reference = load_reference(args.against, copy.deepcopy(model))
    if reference is not None:
        contestants[REFERENCE] = make(*reference)
    batch = random_batch(model, args.size, args.batch_size)
    images = model.data_preprocessor(batch, True)['inputs']

    for contestant in contestants.values():
        contestant.fuse(images)
    heavy = HeavyOperations(args.device)
    with heavy:
        contestants[OURS].forward_backward(images)
    forward = HeavyOperations(args.device)
    with forward:
        contestants[OURS].predict(images)
    clock = time.process_time if args.cpu_time else time.perf_counter
    steps = (2 * len(contestants) + 1) * (args.rounds + 1)  # at most
    with Progress(transient=True) as progress:
        bar = progress.add_task(path.stem, total=steps + 2 * len(heavy.counts | forward.counts))
        options: dict[str, Any] = dict(clock=clock, on_call=partial(progress.advance, bar))
        floors = dict(
            train=floor_seconds(heavy, args.rounds, **options),
            predict=floor_seconds(forward, args.rounds, **options),
        )
        wrapper = build_optim_wrapper(model, runner_optimizer(cfg, args))
        train: dict[str, Any] = {
            name: partial(one.train_step, one.prepare(images))
            for name, one in contestants.items()
            if one.is_trained
        }
        train[WHOLE_STEP] = lambda: model.train() and model.train_step(dict(batch), wrapper)
        predict = {
            name: partial(one.predict, one.prepare(images)) for name, one in contestants.items()
        }
        seconds = {
            kind: take_turns(calls, args.rounds, args.device, **options)
            for kind, calls in (('train', train), ('predict', predict))
        }
    return dict(
        config=path.stem,
        size=args.size,
        batch_size=args.batch_size,
        dtype=args.dtype,
        clock='processor' if args.cpu_time else 'wall',
        floor=floors,
        seconds=seconds,
        bytes_per_image={} if args.no_memory else memory(contestants, images, args.device),
    ) | ({'profile': profiled(train[OURS])} if args.profile else {})


def runner_optimizer(cfg: Config, args: argparse.Namespace) -> ConfigDict:
    """Gives the config of the optimizer of a whole step, in the precision that is measured."""
    if args.dtype != 'float32':
        request_amp(cfg)
        cfg.optim_wrapper.dtype = args.dtype
        if args.device == 'cpu':
            adapt_amp_to_machine(cfg)
    return cfg.optim_wrapper


def load_reference(against: str | None, model: nn.Module) -> tuple[Any, nn.Module] | None:
    """Loads what to compare with.

    Args:
        against: File and function; ``'none'`` for nothing, None for the repository's plain version.
        model: The segmentor.

    Returns:
        From images to outputs, and whose parameters are trained; None if there is nothing.
    """
    if against == 'none':
        return None
    file, _, name = (against or str(ROOT / PLAIN)).rpartition(':')
    if not Path(file).is_file():
        if against is None:
            return None
        raise FileNotFoundError(f'--against: expected FILE:FUNCTION, found {against}.')
    sys.path.insert(0, str(ROOT if against is None else Path(file).parent))
    spec: Any = importlib.util.spec_from_file_location(Path(file).stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, name):
        raise ValueError(f'--against: expected a function of {file}, found {name!r}.')
    try:
        network = getattr(module, name)(model)
    except ValueError as error:
        if against is not None:
            raise
        print(f'No plain version: {error}')
        return None
    return network, network if isinstance(network, nn.Module) else model


def memory(
    contestants: Mapping[str, Contestant], images: Tensor, device: str
) -> dict[str, dict[str, float]]:
    """Gives the bytes that each image adds to the peak of a training step and of a prediction."""
    found: dict[str, dict[str, float]] = {'train': {}, 'predict': {}}
    for name, contestant in contestants.items():
        kinds = {'predict': contestant.predict} | (
            {'train': contestant.train_step} if contestant.is_trained else {}
        )
        for kind, call in kinds.items():
            one, three = (contestant.prepare(images[:1].repeat(count, 1, 1, 1)) for count in (1, 3))
            peaks = [peak_memory(partial(call, batch), device) for batch in (one, three)]
            found[kind][name] = (peaks[1] - peaks[0]) / 2
    return found


def profiled(call: Any) -> str:
    """Gives torch's table of the operations of a call."""
    with profile(activities=[ProfilerActivity.CPU]) as profiler:
        call()
    return profiler.key_averages().table(sort_by='self_cpu_time_total', row_limit=20)


def table(result: Mapping[str, Any]) -> str:
    """Gives the Markdown tables of a config."""
    height, width = result['size']
    lines = [
        f'{result["config"]}: batches of {result["batch_size"]} images {height}x{width}, '
        f'{result["dtype"]}, {result["clock"]} time'
    ]
    for kind, seconds in result['seconds'].items():
        floor, memories = result['floor'][kind], result['bytes_per_image'].get(kind, {})
        lines += [
            '',
            f'| {kind} | seconds | {REFERENCE} over it | share of the floor | MB an image |',
            '| --- | --- | --- | ---: | ---: |',
        ]
        for name, times in seconds.items():
            compared = '' if REFERENCE not in seconds else str(ratios(seconds[REFERENCE], times))
            share = floor / spread(times).median
            held = f'{memories[name] / 1e6:.0f}' if name in memories else ''
            lines.append(f'| {name} | {spread(times)} | {compared} | {share:.0%} | {held} |')
        lines.append(f'| floor | {floor:.3g} | | | |')
    return '\n'.join([*lines, *([result['profile']] if 'profile' in result else [])])


if __name__ == '__main__':
    sys.exit(run_command(main))
