r"""Measures what evaluation adds to the time of the network in a validation.

On random images with random labels, in turns: the network with what makes predictions of its
outputs (the model's ``test_step``), and the config's metrics on these predictions. What the metrics
compute at the end counts for the images of the whole validation.

Example:
    python tools/analysis_tools/benchmark_evaluation.py configs/mtan_segnet_cityscapes7.py
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import torch
from mmengine.evaluator import Evaluator
from mmengine.registry import init_default_scope
from mmseg.registry import DATASETS, MODELS

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options, parse_size
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config
from mmmtl_bench.speed.machine import describe_machine
from mmmtl_bench.speed.random_batch import random_batch
from mmmtl_bench.speed.rounds import Spread, spread, take_turns


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('configs', nargs='+', type=Path, help='configs of experiments')
    parser.add_argument('--size', type=parse_size, default=(128, 256), help='default: 128x256')
    parser.add_argument('--batch-size', type=int, default=2, help='default: 2')
    parser.add_argument('--rounds', type=int, default=5, help='batches, default: 5')
    parser.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    add_cfg_options(parser)
    args = parser.parse_args()
    check_device(args.device)
    for option in ('batch_size', 'rounds'):
        if getattr(args, option) < 1:
            name = option.replace('_', '-')
            raise ValueError(f'--{name}: expected at least 1, found {getattr(args, option)}.')
    return args


def main() -> None:
    """Runs the command."""
    args = parse_args()
    init_default_scope('mmseg')
    print(', '.join(f'{key}: {value}' for key, value in describe_machine(args.device).items()))
    height, width = args.size
    print(f'Batches of {args.batch_size} images {height}x{width}\n')
    print('| config | network [s] | metrics [s] | at the end [s] | metrics over network |')
    print('| --- | --: | --: | --: | --: |')
    for path in args.configs:
        network, metrics, end = measure(path, args)
        batches = args.rounds + 1  # with the one that is not timed
        share = (metrics.median + end / batches) / network.median
        print(f'| {path.stem} | {network} | {metrics} | {end:.3g} | {share:.1%} |')


def measure(path: Path, args: argparse.Namespace) -> tuple[Spread, Spread, float]:
    """Measures the validation of one config.

    Args:
        path: The config.
        args: The arguments of the command.

    Returns:
        Seconds of a batch in the network, of a batch in the metrics, and of their end.
    """
    cfg = load_config(path, args.cfg_options)
    for key in ('model', 'val_dataloader', 'val_evaluator'):
        if cfg.get(key) is None:
            raise ValueError(f'{path}: expected {key}, found none.')
    if 'type' not in cfg.val_dataloader.get('dataset', {}):
        raise ValueError(f'{path}: expected one data set in val_dataloader, found several.')
    model: Any = MODELS.build(cfg.model).to(args.device).eval()
    evaluator = Evaluator(cfg.val_evaluator)
    # the names of the classes: nothing is read from the disk
    evaluator.dataset_meta = DATASETS.build(
        {**cfg.val_dataloader.dataset, 'lazy_init': True}
    ).metainfo
    batch = random_batch(model, args.size, args.batch_size)
    predictions: list[Any] = []

    def predict() -> None:
        with torch.no_grad():
            predictions[:] = model.test_step(dict(batch))

    calls = {'network': predict, 'metrics': lambda: evaluator.process(predictions, batch)}
    predict()
    seconds = take_turns(calls, args.rounds, args.device)
    start = time.perf_counter()
    evaluator.evaluate(args.batch_size * (args.rounds + 1))
    return spread(seconds['network']), spread(seconds['metrics']), time.perf_counter() - start


if __name__ == '__main__':
    sys.exit(run_command(main))
