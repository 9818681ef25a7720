r"""Draws samples of a config's data set as the network gets them, with the labels of all tasks.

Each picture shows one sample in --views rows. With a training pipeline, each row has different
random augmentations.

Example:
    python -m mmmtl data browse mmmtl::mtan_segnet_nyuv2_aug.py --num 4
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.registry import init_default_scope
from mmengine.runner import set_random_seed
from mmseg.registry import DATASETS
from rich.progress import track

from mmmtl.apis.arguments import add_cfg_options, add_config
from mmmtl.apis.launch import load_config
from mmmtl.compat.scope import config_scope
from mmmtl.sets.config_sets import loaders_by_name
from mmmtl.tasks import Task, tasks_in
from mmmtl.visualization import PanelRow, draw_panels

PHASES = ('train', 'val', 'test')


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    parser.add_argument(
        '--out', type=Path, default=Path('samples'), help='folder to write to (default: samples)'
    )
    parser.add_argument(
        '--num',
        type=int,
        default=8,
        help='samples to draw, spread over the set (default: 8)',
    )
    parser.add_argument('--phase', choices=PHASES, default='train', help='default: train')
    parser.add_argument(
        '--views', type=int, help='rows for each sample (default: 3 for train, else 1)'
    )
    parser.add_argument('--seed', type=int, default=0, help='seed of augmentations (default: 0)')
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Draws the samples.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If there is no such config, or a file of the data is missing.
        ValueError: If an argument is wrong, or a file of the data is broken.
    """
    for option in ('num', 'views'):
        if getattr(args, option) is not None and getattr(args, option) < 1:
            raise ValueError(f'--{option}: expected at least 1, found {getattr(args, option)}.')
    views = args.views or (3 if args.phase == 'train' else 1)
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(config_scope(cfg))
    dataset = DATASETS.build(_dataset(cfg[f'{args.phase}_dataloader']))
    set_random_seed(args.seed)
    count = min(args.num, len(dataset))
    tasks = tasks_in(dataset.metainfo)
    for index in track(np.linspace(0, len(dataset) - 1, count).astype(int), 'Drawing'):
        rows = [to_row(dataset[int(index)], view, views, tasks) for view in range(views)]
        stem = Path(dataset.get_data_info(int(index))['img_path']).stem
        draw_panels(rows, dataset.metainfo, args.out / f'{index:06d}_{stem}.png')
    print(f'{args.out}: {count} of {len(dataset)} samples')
    return 0


def _dataset(loader: Mapping[str, Any]) -> Mapping[str, Any]:
    """Gives the config of a loader's data set, or of those of several loaders joined."""
    several = loaders_by_name(loader)
    if several is None:
        return loader['dataset']
    datasets = {name: one['dataset'] for name, one in several.items()}
    return dict(type='ConcatDataset', datasets=datasets, ignore_keys=['palette'])


def to_row(item: dict, view: int, views: int, tasks: Mapping[str, Task]) -> PanelRow:
    """Makes a row of pictures of a sample.

    Args:
        item: What the data set gives.
        view: Number of the row, from 0.
        views: Number of rows.
        tasks: The tasks by name.

    Returns:
        The row.
    """
    rgb = np.ascontiguousarray(item['inputs'].numpy()[::-1].transpose(1, 2, 0))
    title = f'view {view + 1}' if views > 1 else ''
    return PanelRow.from_data_sample(rgb, item['data_samples'], title=title, tasks=tasks.values())
