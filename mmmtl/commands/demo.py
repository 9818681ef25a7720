"""Trains a small MTAN on synthetic street scenes and shows what it learned.

It takes a few minutes on the CPU. An interrupted run continues where it stopped; a finished run is
only evaluated again.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.model import BaseModel
from mmengine.registry import DATASETS
from mmengine.runner import Runner
from rich.console import Console
from rich.table import Table

from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.evaluation import direction_arrow, evaluate_constant_baseline, write_metrics
from mmmtl.visualization import PanelRow, draw_learning_curves, draw_panels

GOES_ON = 'the same command goes on'
_CONFIG = 'mmmtl::mtan_segnet_cityscapes7-demo.py'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument(
        '--work-dir',
        type=Path,
        default=Path('work_dirs/demo'),
        help='folder for the results (default: work_dirs/demo)',
    )
    parser.add_argument(
        '--train-images', type=int, default=400, help='images to train on (default: 400)'
    )
    parser.add_argument(
        '--val-images', type=int, default=80, help='images to validate on (default: 80)'
    )
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Runs the demo.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        ValueError: If an option is wrong, or the folder of the data holds something else.
    """
    from mmmtl_scenes import StreetSceneSet, write_street_scenes

    cfg = load_config(_CONFIG, args.cfg_options, args.work_dir)
    cfg.resume = True
    scenes = StreetSceneSet(train=args.train_images, val=args.val_images)
    write_street_scenes(cfg.train_dataloader.dataset.data_root, scenes)

    with quiet_console():
        runner = build_runner(cfg)
    model = runner.train()
    metrics = {'MTAN': runner.test()}
    metrics['constant baseline'] = baseline_metrics(cfg)

    out = args.work_dir
    write_metrics(metrics, out / 'metrics.md')
    draw_predictions(runner, model, out / 'predictions.png')
    draw_learning_curves([out], out / 'curves.png')
    cfg.dump(out / 'config.py')
    shutil.copyfile(out / f'epoch_{runner.max_epochs}.pth', out / 'checkpoint.pth')

    print_metrics(metrics)
    for name, what in (
        (
            'metrics.md',
            'these metrics, beside the most frequent class and the median inverse depth',
        ),
        ('predictions.png', 'image, label and prediction for each task'),
        ('curves.png', "losses, the tasks' weights and metrics over the epochs"),
        ('config.py', 'the config of the run'),
        ('checkpoint.pth', 'the trained network'),
    ):
        print(f'{out / name}: {what}')
    print(f'Delete {out} to train again.')
    return 0


def print_metrics(metrics: dict[str, dict[str, float]]) -> None:
    """Prints a table with a line for each metric.

    Args:
        metrics: Metrics by name of the model.
    """
    table = Table('metric', *metrics)
    for key in next(iter(metrics.values())):
        values = (f'{row[key]:.4g}' for row in metrics.values())
        table.add_row(f'{key} {direction_arrow(key)}', *values)
    Console().print(table)


@contextlib.contextmanager
def quiet_console() -> Iterator[None]:
    """Keeps the log of a runner that is built here off the console; its log file has it all."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield


def baseline_metrics(cfg: Config) -> dict[str, float]:
    """Evaluates the constants that fit the training set best.

    Args:
        cfg: The config of the run.

    Returns:
        The metrics of the config's evaluators.
    """
    train, val = (
        DATASETS.build({**loader.dataset, 'pipeline': cfg.test_pipeline})
        for loader in (cfg.train_dataloader, cfg.val_dataloader)
    )
    return evaluate_constant_baseline(train, val, cfg.val_evaluator)


def draw_predictions(runner: Runner, model: BaseModel, path: Path, count: int = 6) -> None:
    """Draws a few validation images with labels and predictions.

    Args:
        runner: The runner of the run.
        model: Its network.
        path: The picture to write.
        count: How many images, spread evenly over the set.
    """
    dataset = runner.test_dataloader.dataset
    rows = []
    model.eval()
    for index in np.linspace(0, len(dataset) - 1, min(count, len(dataset))).astype(int):
        item = dataset[int(index)]
        rgb = item['inputs'].numpy()[::-1].transpose(1, 2, 0)
        with torch.no_grad():
            batch = dict(inputs=[item['inputs']], data_samples=[item['data_samples']])
            sample = model.test_step(batch)[0]
        rgb = np.ascontiguousarray(rgb)
        rows.append(PanelRow.from_data_sample(rgb, sample.cpu(), tasks=model.tasks.values()))
    draw_panels(rows, dataset.metainfo, path)
